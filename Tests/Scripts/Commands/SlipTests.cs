using FedActors.FL.Data;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

/// <summary>Slips of the hand that were once answered badly.</summary>
public sealed class SlipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The folders of a misspelt path were made without a word.</summary>
    [Fact]
    public async Task Export_ToAFolderThatIsNotThere_MakesNone()
    {
        await Run("run", "--rounds", "1", "--epochs", "1");

        CommandLineRun run = await Run("runs", "export", "--to", _folder["none/at/all/r.csv"], "-o", "json");

        (run.ExitCode, run.Json["error_code"]!.GetValue<string>()).Should().Be((4, "file_not_written"));
        run.Error.Should().Contain(_folder["none/at/all"]);
        Directory.Exists(_folder["none"]).Should().BeFalse();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("two")]
    [InlineData("2,,2")]
    [InlineData("2000000000,2000000000")]
    public async Task Up_WithCountsOfCombinersThatAreNone_SaysWhatTheyMustBe(string counts)
    {
        CommandLineRun run = await Run(["up", "coordinated", "--combiners", counts]);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain($"--combiners is \"{counts}\"").And.Contain("numbers over 0");
    }

    /// <summary>They were named one at a time, after the title.</summary>
    [Theory]
    [InlineData("up", "gossip")]
    [InlineData("up", "coordinated")]
    [InlineData("start", "provider")]
    [InlineData("start", "reporter")]
    [InlineData("start", "peer", "--site", "A")]
    public async Task Node_CertificatesThatAreNotThere_AreAllNamedBeforeAnythingStarts(params string[] command)
    {
        CommandLineRun run = await Run(
            [.. command, "--set", "Transport:Tls:Mode=mutual", "--set", "Transport:Tls:Certificate=/none/c.pem", "--set", "Transport:Tls:Key=/none/k.pem", "--set", "Transport:Tls:Authority=/none/a.pem"]);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("3 faults").And.Contain("Transport:Tls:Certificate").And.Contain("Transport:Tls:Key").And.Contain("Transport:Tls:Authority");
        run.Out.Should().BeEmpty();
        Directory.Exists(_folder["storage"]).Should().BeFalse();
    }

    [Fact]
    public async Task Run_StrategyMisspelt_NamesTheOneThatWasMeant() =>
        (await Run("run", "--set", "Strategy:Name=fedadm")).Error.Should().Contain("did you mean fedadam?");

    /// <summary>What the framework says of JSON speaks of its own reader.</summary>
    [Fact]
    public async Task Run_ConfigurationIsBrokenJson_NamesThePlaceInOurWords()
    {
        File.WriteAllText(_folder["fed.json"], "{\n  \"Seed\": 1,\n  \"Training\": }\n}");

        CommandLineRun run = await Run("run", _folder["fed.json"]);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("fed.json:3").And.Contain("the file is no JSON from column 15").And.NotContain("BytePosition").And.NotContain("invalid start of a value");
    }

    [Fact]
    public async Task StartReporter_Timeout_EndsAsATimeout()
    {
        CommandLineRun run = await Run("start", "reporter", "--port", "0", "--http-port", "0", "--timeout", "200ms", "-o", "json");

        (run.ExitCode, run.Json["error_code"]!.GetValue<string>()).Should().Be((3, "timeout"), run.Error);
    }

    [Fact]
    public async Task DataSplit_SitesWithHardlyAnyRows_AreWarnedOf()
    {
        NpzWriter.Write(_folder["all.npz"],
        [
            new("X", NpyArray.Of(Enumerable.Range(0, 80).Select(i => (float)i).ToArray(), 40, 2)),
            new("y", NpyArray.Of(Enumerable.Range(0, 40).Select(i => (long)(i % 2)).ToArray(), 40)),
        ]);

        CommandLineRun many = await CommandLineRun.Of("data", "split", _folder["all.npz"], "--to", _folder["many"], "--sites", "10", "--hold-out", "0");
        CommandLineRun few = await CommandLineRun.Of("data", "split", _folder["all.npz"], "--to", _folder["few"], "--sites", "2", "--hold-out", "0");

        many.Out.Should().Contain("warning: 10 of 10 sites have fewer than 10 rows");
        few.Out.Should().NotContain("warning");
    }

    private Task<CommandLineRun> Run(params string[] arguments) => CommandLineRun.Of([.. arguments, "--set", $"Storage:Path={_folder["storage"]}"]);
}
