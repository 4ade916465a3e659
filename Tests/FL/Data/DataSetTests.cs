using FedActors.FL.Data;

namespace FedActors.Tests.FL.Data;

public sealed class DataSetTests
{
    [Fact]
    public void Constructor_LabelOutOfRange_NamesRowAndRange()
    {
        FluentActions.Invoking(() => new DataSet(1, 3, [1, 2, 3], [0, 3, 1]))
            .Should().Throw<ArgumentException>().WithMessage("*Row 1*label 3*0 to 2*");
        FluentActions.Invoking(() => new DataSet(1, 3, [1], [-1])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Constructor_LengthsDoNotFit_IsRefused()
    {
        FluentActions.Invoking(() => new DataSet(2, 3, [1, 2, 3], [0, 1])).Should().Throw<ArgumentException>().WithMessage("*need 4 numbers, not 3*");
    }

    [Fact]
    public void Select_RowsInAnyOrder_CopiesThem()
    {
        DataSet data = new(2, 3, [1, 2, 3, 4, 5, 6], [0, 1, 2]);

        DataSet chosen = data.Select([2, 0, 2]);

        chosen.Values.ToArray().Should().Equal(5, 6, 1, 2, 5, 6);
        chosen.Labels.ToArray().Should().Equal(2, 0, 2);
        chosen.CountByClass().Should().Equal(1, 0, 2);
    }
}
