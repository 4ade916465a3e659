using FedActors.FL.Configuration;
using FedActors.FL.Rounds;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Network;
using FedActors.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Coordinated;

/// <summary>Schedules that once broke something, as small as they could be made. docs/simulation.md says what it was.</summary>
public sealed class RegressionTests
{
    public static TheoryData<string> Names => [.. Schedules.Keys];

    private static IReadOnlyDictionary<string, CoordinatedSchedule> Schedules => new Dictionary<string, CoordinatedSchedule>
    {
        ["two machines train a round under one name, each with a residual of its own"] = Drawn(20532, FaultKind.CrashInWrite, FaultKind.Intruder, FaultKind.OneWayPartition),
        ["a member listens to a former provider"] = new CoordinatedSchedule
        {
            Seed = 221, Workers = ["A", "B", "C", "D"], MinWorkers = 3, Fraction = 1, Rounds = 20, MailboxCapacity = 4,
            Network = Network(32902, 44574, 0.01, 16.635548739889877),
            Faults =
            [
                new(TimeSpan.FromTicks(6716628), FaultKind.FailingActor, "D", "", TimeSpan.FromTicks(18080396), 49028),
                new(TimeSpan.FromTicks(38006979), FaultKind.Crash, "provider", "", TimeSpan.FromTicks(9037182), 32501),
            ],
        },
        ["a clock that is set hides restarts"] = new CoordinatedSchedule
        {
            Seed = 387, Workers = ["A", "B", "C"], MinWorkers = 3, Fraction = 1, Rounds = 20, MailboxCapacity = 1000,
            Network = Network(32404, 31239, 0, 20.690231971219646),
            Faults =
            [
                new(TimeSpan.FromTicks(6289855), FaultKind.FailingActor, "aggregator", "", TimeSpan.FromTicks(11406788), 13743),
                new(TimeSpan.FromTicks(31771776), FaultKind.ClockJump, "aggregator", "", TimeSpan.FromTicks(18021074), 40326),
            ],
        },
        ["a beginning that was stored is worked out again"] = new CoordinatedSchedule
        {
            Seed = 7037, Workers = ["A", "B"], MinWorkers = 2, Fraction = 1, Rounds = 20, MailboxCapacity = 1000,
            Protocol = new ProtocolOptions { Late = LateUpdates.Weigh },
            Network = Network(28116, 264, 0, 6.680247787183137),
            Faults =
            [
                new(TimeSpan.FromTicks(240565), FaultKind.OneWayPartition, "B", "provider", TimeSpan.FromTicks(16337215), 14789),
                new(TimeSpan.FromTicks(2264387), FaultKind.Intruder, "intruder", "", TimeSpan.FromTicks(117399843), 54125),
                new(TimeSpan.FromTicks(15023472), FaultKind.FullDisk, "provider", "", TimeSpan.FromTicks(64682975), 41635),
                new(TimeSpan.FromTicks(22877974), FaultKind.FailingWrite, "provider", "", TimeSpan.FromTicks(15311673), 63341),
                new(TimeSpan.FromTicks(37525473), FaultKind.HungActor, "A", "", TimeSpan.FromTicks(15313773), 32269),
                new(TimeSpan.FromTicks(210308979), FaultKind.RestoredBackup, "provider", "", TimeSpan.FromTicks(86541352), 61131),
                new(TimeSpan.FromTicks(372929875), FaultKind.HungActor, "A", "", TimeSpan.FromTicks(3341151), 49642),
            ],
        },
        ["a worker keeps the plan of a run that began anew"] = new CoordinatedSchedule
        {
            Seed = 446, Workers = ["A", "B", "C"], MinWorkers = 2, Fraction = 0.5, Rounds = 20, MailboxCapacity = 1000,
            Network = Network(46530, 694, 0.01, 52.76131177650245),
            Faults =
            [
                new(TimeSpan.FromTicks(1804863), FaultKind.RestoredBackup, "provider", "", TimeSpan.FromTicks(40705526), 39725),
                new(TimeSpan.FromTicks(18008417), FaultKind.OneWayPartition, "B", "provider", TimeSpan.FromTicks(14559012), 12693),
                new(TimeSpan.FromTicks(27937223), FaultKind.FailingWrite, "provider", "", TimeSpan.FromTicks(6456046), 6017),
                new(TimeSpan.FromTicks(35312526), FaultKind.HungActor, "B", "", TimeSpan.FromTicks(9300609), 30813),
            ],
        },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Schedule_ThatOnceBrokeSomething_BreaksNothing(string name)
    {
        ScheduleResult result = new CoordinatedSimulator().Run(Schedules[name]);

        result.Violation.Should().BeNull();
        foreach (FaultKind kind in Schedules[name].Faults.Select(fault => fault.Kind).Distinct())
        {
            result.Coverage.Counts.Should().ContainKey($"fault {kind}", "the schedule still does what it was kept for");
        }
    }

    private static CoordinatedSchedule Drawn(ulong seed, params FaultKind[] kinds)
    {
        CoordinatedSchedule schedule = CoordinatedSchedule.Draw(seed);
        return schedule with { Faults = [.. schedule.Faults.Where(fault => kinds.Contains(fault.Kind))] };
    }

    private static PathConditions Network(long latency, long jitter, double tailShare, double tailFactor) => new()
    {
        Latency = TimeSpan.FromTicks(latency), Jitter = TimeSpan.FromTicks(jitter), TailShare = tailShare, TailFactor = tailFactor,
    };
}
