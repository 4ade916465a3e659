using FedActors.Simulation.Gossip;
using FedActors.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Gossip;

/// <summary>Schedules of peers that once did not converge, with only the faults that it takes. docs/simulation.md says what it was.</summary>
public sealed class PeerRegressionTests
{
    [Theory]
    [InlineData(342, "converges no more, and need not: who is needed has left", "FullDisk OperatorStop")]
    [InlineData(1234, "somebody under a peer's name changes what went into the standard, and another forgets it", "Intruder OperatorStop RestoredBackup")]
    [InlineData(1263, "somebody under a peer's name is there before the peer", "Intruder")]
    [InlineData(1441, "somebody takes a peer's name while it is away", "Crash Intruder")]
    [InlineData(1663, "somebody under a peer's name splits the federation", "SplitNetwork RestoredBackup Intruder")]
    [InlineData(2454, "a peer that was cut off goes on to tell of its own version, under which somebody else has told another content", "Partition FailingActor Intruder")]
    [InlineData(619, "who was removed comes back, does not know its incarnation yet, and shows what it had", "OperatorStop")]
    [InlineData(1087, "one of those who hear of a removal has a clock that is hours behind", "OperatorStop ClockJump")]
    [InlineData(7, "a peer sees a version in the place of its own, and does not go above it", "WipedDisk SlowTraining EquivocatingPeer")]
    [InlineData(331, "a peer with an old copy of its disk does not publish its model anew", "RestoredBackup")]
    [InlineData(441, "two contents come under one version, and learning keeps the first", "Partition SlowPath EquivocatingPeer")]
    [InlineData(9104, "a question for a body is lost in a full queue, and its source goes on with others", "SlowPath")]
    public void Schedule_ThatOnceBrokeSomething_BreaksNothing(ulong seed, string what, string kinds)
    {
        FaultKind[] kept = [.. kinds.Split(' ').Select(Enum.Parse<FaultKind>)];
        GossipSchedule schedule = GossipSchedule.Draw(seed);

        ScheduleResult result = new GossipSimulator().Run(schedule with { Faults = [.. schedule.Faults.Where(fault => kept.Contains(fault.Kind))] });

        result.Violation.Should().BeNull(what);
        foreach (FaultKind kind in kept)
        {
            result.Coverage.Counts.Should().ContainKey($"fault {kind}", "the schedule still does what it was kept for");
        }
    }
}
