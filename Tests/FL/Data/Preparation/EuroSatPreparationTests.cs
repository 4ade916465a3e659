using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data.Preparation;

public sealed class EuroSatPreparationTests : IDisposable
{
    private const int Rows = 1000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_Regions_HoldTheirClassesOnly()
    {
        DataFolder data = Prepare();

        Classes(data.LoadSite("A")).Should().Equal(1, 2, 5, 6);
        Classes(data.LoadSite("B")).Should().Equal(3, 4, 7);
        Classes(data.LoadSite("C")).Should().Equal(0, 8, 9);
        Classes(data.LoadEvaluation()).Should().Equal(Enumerable.Range(0, 10));
        data.Manifest.Classes.Should().Be(10);
        data.Manifest.Evaluation!.Name.Should().Be("D");
    }

    [Fact]
    public void Prepare_EvaluationRows_AreInNoTrainingSite()
    {
        DataFolder data = Prepare();

        // Feature 0 is the row's number times 100, far enough apart to be known again after each region's shift.
        int[] control = Identify(data.LoadEvaluation(), 1);
        int[] trained = [.. Identify(data.LoadSite("A"), 0.8), .. Identify(data.LoadSite("B"), 1), .. Identify(data.LoadSite("C"), 1.2)];

        control.Should().HaveCount(200).And.NotIntersectWith(trained);
        control.Concat(trained).Order().Should().Equal(Enumerable.Range(0, Rows));
    }

    [Fact]
    public void Prepare_HeldOutRow_TakesItsTwinsAlong()
    {
        // Rows 2k and 2k + 1 are twins: equal features, equal label.
        Write(row => row / 2 * 100f, row => row / 2 % 10);
        EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions());

        float[] control = [.. Column(new DataFolder(_folder["regions"]).LoadEvaluation(), 0)];

        control.GroupBy(value => value).Should().OnlyContain(twins => twins.Count() == 2);
    }

    [Fact]
    public void Prepare_Shifts_AreThoseOfTheScheme()
    {
        DataFolder data = Prepare();

        // Feature 1 is 1 everywhere, feature 2 is -2.
        float[] haze = [.. Column(data.LoadSite("A"), 1)];
        haze.Average().Should().BeApproximately(0.8f, 0.01f);
        Math.Sqrt(haze.Average(x => (x - 0.8) * (x - 0.8))).Should().BeApproximately(0.05, 0.006);

        float[] colour = [.. Column(data.LoadSite("B"), 1).Distinct(), .. Column(data.LoadSite("B"), 2).Distinct()];
        colour.Should().HaveCount(2, "every feature has one offset for all rows");
        colour[0].Should().BeInRange(0.85f, 1.15f).And.NotBe(1);
        colour[1].Should().BeInRange(-2.15f, -1.85f).And.NotBe(-2 + (colour[0] - 1));

        Column(data.LoadSite("C"), 2).Should().AllBeEquivalentTo(-2 * 1.2f);
        Column(data.LoadEvaluation(), 1).Should().AllBeEquivalentTo(1f);
    }

    [Fact]
    public void Prepare_SameSeed_SameFiles()
    {
        string[] first = [.. Prepare().Manifest.Sites.Select(site => site.Sha256)];

        string[] again = [.. EuroSatPreparation.Prepare(_folder["features.npz"], _folder["again"], new EuroSatOptions()).Sites.Select(site => site.Sha256)];
        string[] other = [.. EuroSatPreparation.Prepare(_folder["features.npz"], _folder["other"], new EuroSatOptions { Seed = 1 }).Sites.Select(site => site.Sha256)];

        again.Should().Equal(first);
        other.Should().NotIntersectWith(first);
    }

    [Fact]
    public void Prepare_DataSetThere_IsRefusedUnlessAllowed()
    {
        Prepare();

        FluentActions.Invoking(() => EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions()))
            .Should().Throw<DataFileException>().WithMessage("*data set already*");
        EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions { Overwrite = true }).Sites.Should().HaveCount(3);
    }

    [Fact]
    public void Prepare_LabelsOfAnotherDataSet_AreRefused()
    {
        Write(row => row, row => row % 11);

        FluentActions.Invoking(() => EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions()))
            .Should().Throw<DataFileException>().WithMessage("*label 10; 10 classes allow 0 to 9*");
        Directory.Exists(_folder["regions"]).Should().BeFalse();
    }

    [Fact]
    public void Prepare_RegionWithoutRows_IsRefused()
    {
        Write(row => row, row => row % 2);

        FluentActions.Invoking(() => EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions()))
            .Should().Throw<DataFileException>().WithMessage("*region B would have no rows*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.95)]
    [InlineData(double.NaN)]
    public void Prepare_HoldOutOutOfRange_IsRefused(double fraction)
    {
        FluentActions.Invoking(() => EuroSatPreparation.Prepare("a.npz", "b", new EuroSatOptions { HoldOut = fraction }))
            .Should().Throw<ArgumentOutOfRangeException>();
    }

    private DataFolder Prepare()
    {
        Write(row => row * 100, row => row % 10);
        EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions());
        return new DataFolder(_folder["regions"]);
    }

    private void Write(Func<int, float> feature, Func<int, int> label)
    {
        float[] features = [.. Enumerable.Range(0, Rows).SelectMany(row => new[] { feature(row), 1, -2 })];
        long[] labels = [.. Enumerable.Range(0, Rows).Select(row => (long)label(row))];
        NpzWriter.Write(_folder["features.npz"], [new("features", NpyArray.Of(features, Rows, 3)), new("labels", NpyArray.Of(labels, Rows))]);
    }

    private static int[] Classes(DataSet data) => [.. Enumerable.Range(0, data.Classes).Where(label => data.CountByClass()[label] > 0)];

    private static IEnumerable<float> Column(DataSet data, int feature)
    {
        for (int row = 0; row < data.Count; row++)
        {
            yield return data.Row(row)[feature];
        }
    }

    private static int[] Identify(DataSet data, double scale) => [.. Column(data, 0).Select(value => (int)Math.Round(value / scale / 100))];
}
