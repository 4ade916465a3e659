using System.Diagnostics;
using System.Globalization;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Simulating;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>A campaign's own process: set up as it shall be, and seen as one command.</summary>
public sealed class CampaignProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void StartOf_EnvironmentOfAPerson_IsAddedToAndNotReplaced()
    {
        ProcessStartInfo start = CampaignProcess.StartOf(["simulate", "--mode", "gossip"]);

        start.ArgumentList.Should().ContainInConsecutiveOrder("simulate", "--mode", "gossip", "--with-launcher");
        start.Environment["DOTNET_TC_CallCountingDelayMs"].Should().Be(Environment.GetEnvironmentVariable("DOTNET_TC_CallCountingDelayMs") ?? "0");
        start.Environment["DOTNET_TieredPGO"].Should().Be(Environment.GetEnvironmentVariable("DOTNET_TieredPGO") ?? "1");
        start.Environment["PATH"].Should().Be(Environment.GetEnvironmentVariable("PATH"));
    }

    [Fact]
    public void ResultOf_ProcessThatWasKilled_IsAFailureThatSaysSo()
    {
        Action result = () => CampaignProcess.ResultOf(137);

        result.Should().Throw<CommandFailure>().Which.Message.Should().Contain("killed").And.Contain("--jobs");
        CampaignProcess.ResultOf(1).Should().Be(new CommandResult { ExitCode = ExitCode.RunFailed, IsWritten = true });
    }

    [Fact]
    public async Task Simulate_LongCampaign_WritesOneResult()
    {
        string schedules = CampaignProcess.FewestSchedules.ToString(CultureInfo.InvariantCulture);

        CommandLineRun run = await BuiltProgram.RunAsync(_folder.Path, "simulate", "--schedules", schedules, "--jobs", "2", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        run.Json["data"]!["schedules"]!.GetValue<int>().Should().Be(CampaignProcess.FewestSchedules);
        run.Json["data"]!["violations"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task Simulate_Terminated_EndsBothProcessesAndSaysSoOnce()
    {
        await using BuiltProgram program = BuiltProgram.Start(_folder.Path, "simulate", "--schedules", "1000000", "--jobs", "1");
        await program.LineAsync("a second");

        program.Signal("TERM");

        (await program.EndAsync()).Should().Be(1, program.Error);
        program.Error.Split('\n').Should().ContainSingle(line => line.Contains("Interrupted before the command was done", StringComparison.Ordinal));
        BuiltProgram.Running(_folder.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task Simulate_Killed_TakesTheOtherProcessAlong()
    {
        await using BuiltProgram program = BuiltProgram.Start(_folder.Path, "simulate", "--schedules", "1000000", "--jobs", "1");
        await program.LineAsync("a second");
        BuiltProgram.Running(_folder.Path).Should().HaveCount(2);

        program.Kill();

        await Eventually.True(() => BuiltProgram.Running(_folder.Path).Count == 0, "nobody is left to read what it finds");
    }
}
