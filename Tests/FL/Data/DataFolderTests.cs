using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data;

public sealed class DataFolderTests
{
    [Fact]
    public void LoadSite_SoundFolder_GivesItsExamplesWithTheManifestsClasses()
    {
        using TemporaryFolder folder = new();
        Create(folder.Path);

        IFederatedData data = FederatedData.Open(folder.Path);

        DataSet site = data.LoadSite("north");
        site.Values.ToArray().Should().Equal(1, 2, 3, 4);
        site.Labels.ToArray().Should().Equal(0, 1);
        site.Classes.Should().Be(3, "the manifest says so, whatever labels the site holds");
        data.LoadEvaluation().Count.Should().Be(1);
        data.Manifest.Specify("softmax").Should().Be(new ModelSpecification("softmax", 2, 3));
    }

    [Fact]
    public void LoadSite_OnlyItsOwnFileThere_IsEnough()
    {
        using TemporaryFolder folder = new();
        Create(folder.Path);
        File.Delete(Path.Combine(folder.Path, "south.npz"));
        DataFolder data = new(folder.Path);

        data.LoadSite("north").Count.Should().Be(2);
        FluentActions.Invoking(() => data.LoadSite("south")).Should().Throw<DataFileException>().WithMessage("*south.npz: there is no such file*");
    }

    [Fact]
    public void LoadSite_UnknownSite_NamesThoseThatAre()
    {
        using TemporaryFolder folder = new();
        Create(folder.Path);

        FluentActions.Invoking(() => new DataFolder(folder.Path).LoadSite("west"))
            .Should().Throw<DataFileException>().WithMessage("*no site west*north, south*");
    }

    [Fact]
    public void LoadSite_FileChanged_IsRefusedByItsHash()
    {
        using TemporaryFolder folder = new();
        Create(folder.Path);
        NpzWriter.Write(Path.Combine(folder.Path, "north.npz"), [new("X", NpyArray.Of([9f, 9], 1, 2)), new("y", NpyArray.Of([0L], 1))]);

        FluentActions.Invoking(() => new DataFolder(folder.Path).LoadSite("north")).Should().Throw<DataFileException>().WithMessage("*SHA-256*");
    }

    public static TheoryData<float[], int, long[], string> Misfits => new()
    {
        { [1, 2, 3, 4, 5, 6], 3, [0, 1], "*3 features; 2 are expected*" },
        { [1, 2, 3, 4], 2, [0, 3], "*row 1 has label 3*0 to 2*" },
        { [1, 2, 3, 4], 2, [0, -1], "*array y: label 1 is -1*" },
        { [1, 2, 3, float.NaN], 2, [0, 1], "*row 1, feature 1 is NaN*" },
        { [1, 2, 3, 4], 2, [0, 1, 2], "*array y: its shape is ?3?; X has 2 rows*" },
        { [1, 2], 2, [0], "*1 rows; the manifest says 2*" },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void LoadSite_DoesNotFitManifest_IsRefusedByName(float[] values, int features, long[] labels, string message)
    {
        using TemporaryFolder folder = new();
        Create(folder.Path, values, features, labels);

        FluentActions.Invoking(() => new DataFolder(folder.Path).LoadSite("north")).Should().Throw<DataFileException>().WithMessage(message);
    }

    [Theory]
    [InlineData("\"features\": 2", "\"features\": 0", "*1 to 1048576 features, not 0*")]
    [InlineData("\"classes\": 3", "\"classes\": 4", "*3 names for 4 classes*")]
    [InlineData("north.npz", "../north.npz", "*not a plain file name*")]
    [InlineData("\"name\": \"south\"", "\"name\": \"north\"", "*site north occurs twice*")]
    [InlineData("\"name\": \"south\"", "\"name\": \"\"", "*site name ''*")]
    [InlineData("\"schema_version\": 1", "\"schema_version\": 2", "*reads 1 to 1*")]
    [InlineData("\"features\": 2,", "\"features\": 2, \"faetures\": 2,", "*faetures*")]
    [InlineData("\"features\": 2,", "", "*features*")]
    [InlineData("{", "", "*not a data manifest*")]
    public void Load_UnsoundManifest_IsRefusedByName(string part, string replacement, string message)
    {
        using TemporaryFolder folder = new();
        Create(folder.Path);
        string path = Path.Combine(folder.Path, DataManifest.FileName);
        string text = File.ReadAllText(path);
        text.Should().Contain(part);
        int at = text.IndexOf(part, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + replacement + text[(at + part.Length)..]);

        FluentActions.Invoking(() => DataManifest.Load(folder.Path)).Should().Throw<DataFileException>().WithMessage(message).WithMessage(path + "*");
    }

    [Fact]
    public void Load_SeveralFaults_NamesThemAll()
    {
        using TemporaryFolder folder = new();
        Create(folder.Path);
        string path = Path.Combine(folder.Path, DataManifest.FileName);
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"features\": 2", "\"features\": -1").Replace("\"classes\": 3", "\"classes\": 5"));

        FluentActions.Invoking(() => DataManifest.Load(folder.Path)).Should().Throw<DataFileException>().WithMessage("*features, not -1*3 names for 5 classes*");
    }

    [Fact]
    public void Open_NoSuchFolder_SaysWhatToGive()
    {
        FluentActions.Invoking(() => FederatedData.Open("no/such/folder")).Should().Throw<DataFileException>().WithMessage("*manifest.json*'landsat'*");
    }

    [Fact]
    public void LoadEvaluation_NoneInManifest_IsRefused()
    {
        using TemporaryFolder folder = new();
        DataManifest manifest = Create(folder.Path);
        (manifest with { Evaluation = null }).Save(folder.Path);

        FluentActions.Invoking(() => new DataFolder(folder.Path).LoadEvaluation()).Should().Throw<DataFileException>().WithMessage("*no evaluation examples*");
    }

    private static DataManifest Create(string folder) => Create(folder, [1, 2, 3, 4], 2, [0, 1]);

    private static DataManifest Create(string folder, float[] values, int features, long[] labels)
    {
        DataManifest manifest = new()
        {
            Name = "small",
            Features = 2,
            Classes = 3,
            ClassNames = ["a", "b", "c"],
            Sites = [Write("north", values, features, labels) with { Rows = 2 }, Write("south", [5, 6], 2, [2])],
            Evaluation = Write("evaluation", [7, 8], 2, [1]),
            Provenance = "made up",
        };
        manifest.Save(folder);
        return manifest;

        SiteFile Write(string name, float[] x, int width, long[] y)
        {
            string path = Path.Combine(folder, name + ".npz");
            NpzWriter.Write(path, [new("X", NpyArray.Of(x, x.Length / width, width)), new("y", NpyArray.Of(y, y.Length))]);
            return new SiteFile(name, name + ".npz", y.Length, DataFiles.Hash(path));
        }
    }
}
