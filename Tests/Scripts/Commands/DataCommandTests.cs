using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

public sealed class DataCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DataInspect_EmbeddedSet_ShowsClassesAndWhatIsMissing()
    {
        CommandLineRun text = await CommandLineRun.Of("data", "inspect");
        CommandLineRun json = await CommandLineRun.Of("data", "inspect", "landsat", "-o", "json");

        text.ExitCode.Should().Be(0);
        text.Out.Should().Contain("A: missing-class: No examples of red soil.").And.Contain("2 warnings.");
        json.Json["data"]!["parts"]!.AsArray().Select(p => p!["rows"]!.GetValue<int>()).Should().Equal(1109, 1109, 1109, 1108, 2000);
        json.Json["data"]!["parts"]![0]!["class_counts"]!.ToJsonString().Should().Be("[0,258,529,81,83,158]");
    }

    [Fact]
    public async Task DataSplit_ThenRun_TrainsOnTheNewSites()
    {
        Write(rows: 200);

        CommandLineRun split = await CommandLineRun.Of("data", "split", _folder["all.npz"], "--to", _folder["set"], "--sites", "2", "--hold-out", "0.25", "-o", "json");
        CommandLineRun run = await CommandLineRun.Of("run", "--data", _folder["set"], "--rounds", "2", "--set", $"Storage:Path={_folder["storage"]}");

        split.ExitCode.Should().Be(0, split.Error);
        split.Json["data"]!["sites"]!.AsArray().Select(s => s!["rows"]!.GetValue<int>()).Should().Equal(75, 75);
        split.Json["data"]!["evaluation"]!["rows"]!.GetValue<int>().Should().Be(50);
        run.ExitCode.Should().Be(0, run.Error);
        run.Out.Should().StartWith("all  2 classes  3 features   workers 2 (A 75  B 75)   evaluation 50");
    }

    [Theory]
    [InlineData("iid")]
    [InlineData("dirichlet", "--alpha", "0.3,0.3", "--min-size", "5", "--self-balancing")]
    [InlineData("quantity", "--alpha", "0.5")]
    [InlineData("shards", "--shards", "1", "--shift", "haze")]
    [InlineData("classes", "--classes-per-site", "1")]
    public async Task DataSplit_EveryPartition_TellsAndDrawsWhoGotWhat(string partition, params string[] options)
    {
        Write(rows: 200);
        string[] split = ["data", "split", _folder["all.npz"], "--to", _folder["set"], "--partition", partition, .. options, "--picture", _folder["split.svg"]];

        CommandLineRun json = await CommandLineRun.Of([.. split, "-o", "json"]);
        CommandLineRun text = await CommandLineRun.Of([.. split, "--yes"]);

        json.ExitCode.Should().Be(0, json.Error);
        int[][] rows = [.. json.Json["data"]!["rows_by_class"]!.AsObject().Select(site => site.Value!.AsArray().Select(count => count!.GetValue<int>()).ToArray())];
        rows.Should().HaveCount(4).And.OnlyContain(site => site.Sum() > 0);
        rows.Sum(site => site.Sum()).Should().Be(160);
        text.Out.Should().Contain("class 0").And.MatchRegex(@"\nA +\d+ +\d+ +\d+ ");
        System.Xml.Linq.XDocument picture = System.Xml.Linq.XDocument.Load(_folder["split.svg"]);
        picture.Root!.Name.LocalName.Should().Be("svg");
        picture.Root.Descendants().Count(element => element.Name.LocalName == "rect").Should().Be(rows.Sum(site => site.Count(count => count > 0)) + 3, "a piece for each class of a site, the legend and the ground");
    }

    [Fact]
    public async Task DataSplit_FolderHoldsASet_IsRefusedUnlessYes()
    {
        Write(rows: 40);
        string[] split = ["data", "split", _folder["all.npz"], "--to", _folder["set"]];
        await CommandLineRun.Of(split);

        CommandLineRun refused = await CommandLineRun.Of(split);
        refused.ExitCode.Should().Be(4);
        refused.Error.Should().Contain("--yes");
        (await CommandLineRun.Of([.. split, "--yes"])).ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("--sites", "0")]
    [InlineData("--hold-out", "1.5")]
    [InlineData("--class-names", "one")]
    [InlineData("--partition", "fair")]
    [InlineData("--partition", "dirichlet", "--alpha", "0")]
    [InlineData("--partition", "dirichlet", "--min-size", "30")]
    [InlineData("--partition", "classes", "--classes-per-site", "9")]
    [InlineData("--shift", "rain")]
    public async Task DataSplit_OptionOutOfRange_IsUsage(params string[] options)
    {
        Write(rows: 40);

        CommandLineRun run = await CommandLineRun.Of(["data", "split", _folder["all.npz"], "--to", _folder["set"], .. options]);

        run.ExitCode.Should().Be(64);
        Directory.Exists(_folder["set"]).Should().BeFalse();
    }

    [Fact]
    public async Task Run_FileInPlaceOfADataSet_SaysHowToMakeOne()
    {
        Write(rows: 40);

        CommandLineRun run = await CommandLineRun.Of("run", "--data", _folder["all.npz"], "--set", $"Storage:Path={_folder["storage"]}");

        run.ExitCode.Should().Be(4);
        run.Error.Should().Contain("this is a file").And.Contain("fedactors data split");
    }

    [Fact]
    public async Task DataPrepare_Features_MakesTheRegions()
    {
        float[] values = [.. Enumerable.Range(0, 400 * 4).Select(i => i * 0.001f)];
        NpzWriter.Write(_folder["features.npz"],
        [
            new("features", NpyArray.Of(values, 400, 4)),
            new("labels", NpyArray.Of([.. Enumerable.Range(0, 400).Select(i => (long)(i % 10))], 400)),
        ]);

        CommandLineRun run = await CommandLineRun.Of("data", "prepare", _folder["features.npz"], "--to", _folder["set"], "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        run.Json["data"]!["sites"]!.AsArray().Select(s => s!["name"]!.GetValue<string>()).Should().Equal("A", "B", "C");
        run.Json["data"]!["evaluation"]!["name"]!.GetValue<string>().Should().Be("D");
    }

    [Fact]
    public async Task DataInspect_DamagedSite_IsAnInvalidStateAndStillShowsTheRest()
    {
        Write(rows: 40);
        await CommandLineRun.Of("data", "split", _folder["all.npz"], "--to", _folder["set"], "--sites", "2");
        File.WriteAllBytes(_folder["set/A.npz"], File.ReadAllBytes(_folder["set/A.npz"])[..100]);

        CommandLineRun run = await CommandLineRun.Of("data", "inspect", _folder["set"], "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("invalid_data");
        run.Json["data"]!["parts"]!.AsArray().Should().HaveCount(2);
        run.Json["data"]!["warnings"]!.AsArray().Select(w => w!["code"]!.GetValue<string>()).Should().Contain("unusable");
    }

    [Theory]
    [InlineData("split")]
    [InlineData("prepare")]
    [InlineData("inspect")]
    public async Task Data_FileMissing_IsInvalidData(string command)
    {
        CommandLineRun run = await CommandLineRun.Of("data", command, _folder["none.npz"], "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("invalid_data");
    }

    [Fact]
    public async Task DataExtract_AnyImages_SaysWhatToDoInstead()
    {
        CommandLineRun run = await CommandLineRun.Of("data", "extract", "images");

        run.ExitCode.Should().Be(4);
        run.Error.Should().Contain("backbone").And.Contain("savez").And.Contain("fedactors data prepare");
    }

    private void Write(int rows)
    {
        NpzWriter.Write(_folder["all.npz"],
        [
            new("X", NpyArray.Of([.. Enumerable.Range(0, rows * 3).Select(i => (float)(i * 7919 % 1013))], rows, 3)),
            new("y", NpyArray.Of([.. Enumerable.Range(0, rows).Select(i => (long)(i % 2))], rows)),
        ]);
    }
}
