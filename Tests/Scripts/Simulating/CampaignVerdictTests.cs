using FedActors.Scripts.Cli;
using FedActors.Scripts.Simulating;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Schedules;
using FedActors.Tests.Simulation.Campaigns;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Simulating;

/// <summary>What the command says, and how it ends, where something is wrong: simulators are made of broken parts here.</summary>
public sealed class CampaignVerdictTests
{
    private const int EnoughSchedules = 400;

    private static readonly CoordinatedParts Broken = new() { DiskFlushes = false };
    private static readonly Lazy<ulong> FirstFailing = new(FindFailing);

    [Fact]
    public async Task Campaign_SomethingNeverReached_FailsAndNamesIt()
    {
        CommandLineRun run = await Run(() => new IdleSimulator(), schedules: 2000);

        run.ExitCode.Should().Be((int)ExitCode.RunFailed);
        run.Error.Should().Contain("Never reached: fault Never.");
        run.Out.Should().Contain("never reached: fault Never").And.Contain("1 missed");
    }

    [Fact]
    public async Task Campaign_FewSchedules_LeaveToChanceWhatIsReached() => (await Run(() => new IdleSimulator(), schedules: 1999)).ExitCode.Should().Be(0);

    [Fact]
    public async Task Campaign_AsLongAsItRuns_TellsHowLongItWillBe()
    {
        ManualTimeProvider time = new();

        CommandLineRun run = await Run(() => new IdleSimulator(() => time.Advance(TimeSpan.FromSeconds(2))), schedules: 20, time);

        string[] told = [.. run.Out.Split('\n').Where(line => line.EndsWith(" s left", StringComparison.Ordinal))];
        told.Should().HaveCount(7, "it is told after the first second, and then every five");
        told.Should().Contain("1 of 20 schedules, 1 a second, 0 violations, about 38 s left").And.Contain("10 of 20 schedules, 1 a second, 0 violations, about 20 s left");
    }

    [Fact]
    public async Task Campaign_Violations_FailItAndNameTheSeedToLookAt()
    {
        CommandLineRun run = await Run(() => new CoordinatedSimulator(Broken), schedules: EnoughSchedules);

        run.ExitCode.Should().Be((int)ExitCode.RunFailed);
        run.Out.Should().Contain($"seed {FirstFailing.Value}: a committed round is never lost");
        run.Error.Should().Contain($"fedactors simulate --mode test --seed {FirstFailing.Value}");
    }

    [Fact]
    public void Replay_FailingSeed_ShowsWhatItTakesAndFails()
    {
        ulong seed = FirstFailing.Value;
        int faults = CoordinatedSchedule.Draw(seed).Faults.Count;

        (CommandResult result, string text) = Replay(seed, whole: false);

        result.ExitCode.Should().Be(ExitCode.RunFailed);
        result.ErrorCode.Should().Be("violation");
        result.Message.Should().StartWith("a committed round is never lost");
        text.Should().Contain($"of the {faults} faults of seed {seed} it takes ").And.Contain("VIOLATION  a committed round is never lost");
        text.Split('\n').Count(line => line.Contains(" s  ", StringComparison.Ordinal)).Should().BeGreaterThan(10, "what led to it is told line by line");
    }

    [Fact]
    public void Replay_WholeFailingSeed_LeavesNoFaultOut()
    {
        ulong seed = FirstFailing.Value;
        Schedule schedule = CoordinatedSchedule.Draw(seed);

        (CommandResult result, string text) = Replay(seed, whole: true);

        result.ExitCode.Should().Be(ExitCode.RunFailed);
        text.Should().Contain($"{schedule.Faults.Count} faults").And.NotContain("it takes");
        schedule.Faults.Should().OnlyContain(fault => text.Contains(fault.ToString(), StringComparison.Ordinal));
        text.Should().Contain($"trace {new CoordinatedSimulator(Broken).Run(schedule).TraceHash:x16}");
    }

    private static ulong FindFailing()
    {
        CoordinatedSimulator simulator = new(Broken);
        for (ulong seed = 1; seed <= EnoughSchedules; seed++)
        {
            if (simulator.Run(simulator.Draw(seed)).Violation is not null)
            {
                return seed;
            }
        }

        throw new InvalidOperationException($"None of {EnoughSchedules} schedules notices that a disk does not flush.");
    }

    private static (CommandResult Result, string Text) Replay(ulong seed, bool whole)
    {
        CommandResult result = ScheduleReplay.Run(new CoordinatedSimulator(Broken), "test", seed, lines: 1000, whole);
        StringWriter text = new() { NewLine = "\n" };
        result.Text!(text);
        return (result, text.ToString());
    }

    private static async Task<CommandLineRun> Run(Func<ISimulator> create, int schedules, TimeProvider? time = null)
    {
        StringWriter output = new() { NewLine = "\n" };
        StringWriter error = new() { NewLine = "\n" };
        Terminal terminal = new() { Out = output, Error = error, IsInteractive = false, Environment = new Dictionary<string, string>() };
        FedActorsCommandLine line = new(terminal, time ?? TimeProvider.System, runner =>
        {
            FedCommand command = new("simulate", "A campaign of a simulator that is given.");
            runner.Bind(command, (context, stopping) => new SimulatedCampaign(context, create, "test", firstSeed: 1, schedules, jobs: 1).RunAsync(stopping));
            return command;
        });
        int code = await line.RunAsync([], CancellationToken.None);
        return new CommandLineRun(code, output.ToString(), error.ToString());
    }
}
