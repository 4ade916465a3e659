using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.FL.Data.Sources;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data.Sources;

public sealed class ExampleSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_TableWithGroups_LeavesLabelsAndGroupsOutOfTheFeatures()
    {
        File.WriteAllText(_folder["t.csv"], "site,x,kind,y\n7,0.5,1,2\n8,1.5,0,3\n");

        ExampleSource source = ExampleSource.Open(_folder["t.csv"], "kind", "site", null);

        source.Examples.Features.Should().Be(2);
        source.Examples.Values.Should().Equal(0.5f, 2, 1.5f, 3);
        source.Examples.Labels.Should().Equal(1, 0);
        source.Column("site").Should().Equal(7, 8);
        ExampleSource.Open(_folder["t.csv"]).Examples.Labels.Should().Equal([2, 3], "the last column is the usual one");
        FluentActions.Invoking(() => ExampleSource.Open(_folder["t.csv"], "x")).Should().Throw<DataFileException>().WithMessage("*label 0 is not a whole number*");
    }

    [Fact]
    public void Open_NpyPair_NeedsTheLabelsNamed()
    {
        File.WriteAllBytes(_folder["x.npy"], NpzFiles.Npy(NpyArray.Of(new float[] { 1, 2, 3, 4 }, 2, 2)));
        File.WriteAllBytes(_folder["y.npy"], NpzFiles.Npy(NpyArray.Of(new long[] { 1, 0 }, 2)));

        ExampleSource.Open(_folder["x.npy"], _folder["y.npy"]).Examples.Labels.Should().Equal(1, 0);
        FluentActions.Invoking(() => ExampleSource.Open(_folder["x.npy"])).Should().Throw<DataFileException>().WithMessage("*without labels*--labels*");
    }

    [Fact]
    public void Open_Idx_FindsLabelsBesideAndFlattensPictures()
    {
        File.WriteAllBytes(_folder["t-images-idx3-ubyte"], [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40]);
        FluentActions.Invoking(() => ExampleSource.Open(_folder["t-images-idx3-ubyte"])).Should().Throw<DataFileException>().WithMessage("*without labels*");
        File.WriteAllBytes(_folder["t-labels-idx1-ubyte"], [0, 0, 8, 1, 0, 0, 0, 2, 9, 3]);

        LabelledExamples examples = ExampleSource.Open(_folder["t-images-idx3-ubyte"]).Examples;

        examples.Features.Should().Be(2);
        examples.Values.Should().Equal(10, 20, 30, 40);
        examples.Labels.Should().Equal(9, 3);
    }

    [Fact]
    public void Split_WithAnEvaluationFile_KeepsItApart()
    {
        File.WriteAllText(_folder["train.csv"], "1,0\n2,1\n3,0\n4,1\n");
        File.WriteAllText(_folder["test.csv"], "9,1\n");

        DataManifest manifest = DataSplit.Split(_folder["train.csv"], _folder["out"], new SplitOptions { Sites = 2, HoldOut = 0, Evaluation = _folder["test.csv"] });

        manifest.Sites.Sum(site => site.Rows).Should().Be(4);
        DataFolder data = new(_folder["out"]);
        data.LoadEvaluation().Values.ToArray().Should().Equal(9);
        FluentActions.Invoking(() => DataSplit.Split(_folder["train.csv"], _folder["other"], new SplitOptions { Sites = 2, Evaluation = _folder["test.csv"] }))
            .Should().Throw<ArgumentException>().WithMessage("*--hold-out 0*");
    }
}
