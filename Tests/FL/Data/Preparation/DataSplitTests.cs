using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data.Preparation;

public sealed class DataSplitTests : IDisposable
{
    private const int Rows = 200;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Split_LandsatByItsColumns_GivesTheEmbeddedSites()
    {
        DataSplit.Split(Repository.PathOf("data/landsat/landsat.npz"), _folder["out"], new SplitOptions { Groups = "groups", HoldOutArray = "split" });

        DataFolder split = new(_folder["out"]);
        LandsatData embedded = new();
        split.Manifest.Sites.Select(site => site.Name).Should().Equal("A", "B", "C", "D");
        foreach (SiteFile site in split.Manifest.Sites)
        {
            split.LoadSite(site.Name).Values.SequenceEqual(embedded.LoadSite(site.Name).Values).Should().BeTrue();
            split.LoadSite(site.Name).Labels.SequenceEqual(embedded.LoadSite(site.Name).Labels).Should().BeTrue();
        }

        split.LoadEvaluation().Values.SequenceEqual(embedded.LoadEvaluation().Values).Should().BeTrue();
        split.Manifest.Provenance.Should().Contain("grouped by groups (A: 0, B: 1, C: 2, D: 3)");
    }

    [Fact]
    public void Split_AtRandom_DealsEveryRowOnceAndHoldsOutEveryClass()
    {
        Write();
        DataSplit.Split(_folder["all.npz"], _folder["out"], new SplitOptions { Sites = 3, HoldOut = 0.25 });

        DataFolder data = new(_folder["out"]);
        DataSet[] parts = [.. data.Manifest.Sites.Select(site => data.LoadSite(site.Name)), data.LoadEvaluation()];
        parts.SelectMany(part => part.Values.ToArray()).Order().Should().Equal(Enumerable.Range(0, Rows).Select(row => (float)row));
        parts[..3].Select(part => part.Count).Should().OnlyContain(count => count == 50);
        parts[3].CountByClass().Should().Equal(10, 10, 10, 10, 10);
    }

    [Fact]
    public void Split_NoHoldOut_HasNoEvaluation()
    {
        Write();

        DataManifest manifest = DataSplit.Split(_folder["all.npz"], _folder["out"], new SplitOptions { HoldOut = 0, Classes = 7, Name = "mine" });

        manifest.Evaluation.Should().BeNull();
        manifest.Classes.Should().Be(7);
        manifest.Name.Should().Be("mine");
        manifest.Sites.Sum(site => site.Rows).Should().Be(Rows);
    }

    [Fact]
    public void Split_UnusableRequest_IsRefusedBeforeAnythingIsWritten()
    {
        Write();
        (SplitOptions Options, string Message)[] bad =
        [
            (new SplitOptions { Groups = "strip" }, "*no array strip; there are: X, y, fraction, short*"),
            (new SplitOptions { Groups = "fraction" }, "*array fraction: element 1 is not a whole number*"),
            (new SplitOptions { HoldOutArray = "short" }, "*array short: its shape is ?3?*"),
            (new SplitOptions { Classes = 3 }, "*label 3; 3 classes allow 0 to 2*"),
            (new SplitOptions { HoldOut = 0.0001 }, "*no row would be held out*"),
        ];

        foreach ((SplitOptions options, string message) in bad)
        {
            FluentActions.Invoking(() => DataSplit.Split(_folder["all.npz"], _folder["out"], options)).Should().Throw<DataFileException>().WithMessage(message);
        }

        FluentActions.Invoking(() => DataSplit.Split(_folder["all.npz"], _folder["out"], new SplitOptions { ClassNames = ["one"] }))
            .Should().Throw<ArgumentException>().WithMessage("*1 class names for 5 classes*");
        FluentActions.Invoking(() => DataSplit.Split(_folder["all.npz"], _folder["out"], new SplitOptions { Sites = 0 })).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => DataSplit.Split(_folder["all.npz"], _folder["out"], new SplitOptions { HoldOut = 1 })).Should().Throw<ArgumentOutOfRangeException>();
        Directory.Exists(_folder["out"]).Should().BeFalse();
    }

    [Fact]
    public void Split_AbsurdLabel_IsRefusedWithoutAllocatingForIt()
    {
        NpzWriter.Write(_folder["a.npz"], [new("X", NpyArray.Of([1f, 2], 2, 1)), new("y", NpyArray.Of([0L, int.MaxValue], 2))]);

        FluentActions.Invoking(() => DataSplit.Split(_folder["a.npz"], _folder["out"], new SplitOptions { HoldOut = 0 }))
            .Should().Throw<DataFileException>().WithMessage("*largest label is 2147483647*");
        FluentActions.Invoking(() => DataInspection.Inspect(_folder["a.npz"])).Should().Throw<DataFileException>();
    }

    private void Write()
    {
        float[] values = [.. Enumerable.Range(0, Rows).Select(row => (float)row)];
        long[] labels = [.. Enumerable.Range(0, Rows).Select(row => row % 5L)];
        NpzWriter.Write(_folder["all.npz"],
        [
            new("X", NpyArray.Of(values, Rows, 1)),
            new("y", NpyArray.Of(labels, Rows)),
            new("fraction", NpyArray.Of(Array.ConvertAll(values, value => value / 2), Rows)),
            new("short", NpyArray.Of([1, 2, 3], 3)),
        ]);
    }
}
