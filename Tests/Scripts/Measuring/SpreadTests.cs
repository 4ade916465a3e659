using FedActors.Scripts.Measuring;

namespace FedActors.Tests.Scripts.Measuring;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3.0, 0.0)]
    [InlineData(new[] { 9.0, 1.0, 2.0 }, 2.0, 4.0)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 2.0 }, 2.5, 1.2)]
    public void Spread_Figures_HasTheirMedianAndWidth(double[] figures, double median, double width)
    {
        var spread = new Spread(figures);

        (spread.Median, spread.Least, spread.Most).Should().Be((median, figures.Min(), figures.Max()));
        spread.Width.Should().BeApproximately(width, 1e-12);
    }
}
