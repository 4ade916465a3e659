using System.Diagnostics;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Processes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Work in a process of its own: set up as it shall be, and seen as one command.</summary>
public sealed class TunedProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void StartOf_EnvironmentOfAPerson_IsAddedToAndNotReplaced()
    {
        ProcessStartInfo start = TunedProcess.Campaign.StartOf(["simulate", "--mode", "gossip"]);

        start.ArgumentList.Should().ContainInConsecutiveOrder("simulate", "--mode", "gossip", "--with-launcher");
        start.Environment["DOTNET_TC_CallCountingDelayMs"].Should().Be(Environment.GetEnvironmentVariable("DOTNET_TC_CallCountingDelayMs") ?? "0");
        start.Environment["DOTNET_TieredPGO"].Should().Be(Environment.GetEnvironmentVariable("DOTNET_TieredPGO") ?? "1");
        start.Environment["PATH"].Should().Be(Environment.GetEnvironmentVariable("PATH"));
    }

    [Fact]
    public void ResultOf_ProcessThatWasKilled_IsAFailureThatSaysSo()
    {
        Action result = () => CommandProcess.ResultOf(137, "campaign", ". Give it fewer --jobs");

        result.Should().Throw<CommandFailure>().Which.Message.Should().Contain("killed").And.Contain("--jobs");
        CommandProcess.ResultOf(1, "campaign", string.Empty).Should().Be(new CommandResult { ExitCode = ExitCode.RunFailed, IsWritten = true });
    }

    [Fact]
    public async Task Simulate_LongCampaign_WritesOneResult()
    {
        CommandLineRun run = await BuiltProgram.RunAsync(_folder.Path, "simulate", "--schedules", "500", "--jobs", "2", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        run.Json["data"]!["schedules"]!.GetValue<int>().Should().Be(500);
        run.Json["data"]!["violations"]!.AsArray().Should().BeEmpty();
    }

    /// <summary>What is measured there is what those have who embed the libraries.</summary>
    [Fact]
    public async Task BenchMailbox_OfTheBuiltProgram_HasTheRuntimesUsualSettingsAndWritesOneResult()
    {
        CommandLineRun run = await BuiltProgram.RunAsync(_folder.Path, "bench", "mailbox", "--only", "restart", "--duration", "100ms", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        run.Json["data"]!["machine"]!["profiling"]!.GetValue<bool>().Should().BeTrue();
        run.Json["data"]!["rows"]!.AsArray().Should().ContainSingle();
    }

    /// <summary>Who says which settings are wanted gets those, here as in the process that would be started.</summary>
    [Fact]
    public async Task BenchMailbox_ProfilingTurnedOffByAPerson_StaysOffAndIsSaid()
    {
        await using BuiltProgram program = BuiltProgram.StartWithin(
            ["env", "DOTNET_TieredPGO=0"], _folder.Path, "bench", "mailbox", "--only", "restart", "--duration", "100ms", "--repetitions", "1");

        (await program.EndAsync()).Should().Be(0, program.Error);
        program.Out.Should().Contain(", profiling off");
    }

    [Fact]
    public async Task BenchTransport_UnknownWorkload_EndsWithTheOtherProcesssWords()
    {
        CommandLineRun run = await BuiltProgram.RunAsync(_folder.Path, "bench", "transport", "--only", "flight");

        run.ExitCode.Should().Be(64);
        run.Error.Split('\n').Should().ContainSingle(line => line.Contains("--only is \"flight\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BenchMailbox_Terminated_EndsBothProcessesAndSaysSoOnce()
    {
        await using BuiltProgram program = BuiltProgram.Start(_folder.Path, "bench", "mailbox", "--duration", "1h");
        await program.LineAsync("Measuring for about");

        program.Signal("TERM");

        (await program.EndAsync()).Should().Be(1, program.Error);
        program.Error.Split('\n').Should().ContainSingle(line => line.Contains("Interrupted before the command was done", StringComparison.Ordinal));
        BuiltProgram.Running(_folder.Path).Should().BeEmpty();
    }

    [Fact]
    public async Task BenchMailbox_TimeoutBeforeItsEnd_IsSaidOnceWithItsExitCode()
    {
        CommandLineRun run = await BuiltProgram.RunAsync(_folder.Path, "bench", "mailbox", "--duration", "1h", "--timeout", "2s");

        run.ExitCode.Should().Be(3, run.Error);
        run.Error.Split('\n').Should().ContainSingle(line => line.Contains("--timeout", StringComparison.Ordinal));
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
