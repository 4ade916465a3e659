using FedActors.Crdt;
using FedActors.FL.Gossip;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Gossip;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>What peers rely on is taken away, one thing at a time: a campaign notices.</summary>
public sealed class GossipMutationTests
{
    private const ulong MaxSchedules = 2000;

    [Fact]
    public void Campaign_WithoutTieBreak_SeesPeersThatNeverAgree() =>
        Breaks(new GossipParts { Order = WithoutTieBreak }, "peers converge after healing").Should().BeTrue();

    [Fact]
    public void Campaign_WithoutIncarnationBump_SeesAVersionGivenTwice() =>
        Breaks(new GossipParts { HearsOwnVersions = false }, "a version is never given to two contents").Should().BeTrue();

    [Fact]
    public void Campaign_WithoutFlushBeforeSend_SeesThatWhatOthersWereToldIsLost() =>
        Breaks(new GossipParts { DiskFlushes = false }, "what others were told of is never lost").Should().BeTrue();

    [Fact]
    public void Campaign_WithoutAcknowledgedTombstones_SeesWhatIsDeletedBroughtBack() =>
        Breaks(new GossipParts { ForgetsAtOnce = true }, "what is deleted is forgotten only once all have acknowledged it").Should().BeTrue();

    [Fact]
    public void Campaign_WithoutTimers_SeesAWaitWithoutADeadline() =>
        Breaks(new GossipParts { Machine = machine => new MachineWithoutTimers(machine) }, "no wait without a deadline").Should().BeTrue();

    [Fact]
    public void Campaign_WithMailboxesWithoutABound_SeesMoreWaitThanMay() =>
        Breaks(new GossipParts { Mailbox = mailbox => mailbox with { Capacity = int.MaxValue } }, "mailboxes keep their bounds").Should().BeTrue();

    [Fact]
    public void Campaign_WithFourTimesTheQueues_SeesMoreWaitThanMay() =>
        Breaks(new GossipParts { Limits = limits => limits with { MaxQueuedBytes = 4 * limits.MaxQueuedBytes } }, "queues to other nodes keep their bounds").Should().BeTrue();

    private static int WithoutTieBreak(Stamp one, Stamp other) =>
        one.Incarnation != other.Incarnation ? one.Incarnation.CompareTo(other.Incarnation) : one.Tick.CompareTo(other.Tick);

    private static bool Breaks(GossipParts parts, string invariant)
    {
        GossipSimulator simulator = new(parts);
        for (ulong seed = 1; seed <= MaxSchedules; seed++)
        {
            if (simulator.Run(GossipSchedule.Draw(seed)).Violation?.Invariant == invariant)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits for no time.</summary>
    private sealed class MachineWithoutTimers(ILearningMachine inner) : ILearningMachine
    {
        public LearningPhase Phase => inner.Phase;

        public long? Due => null;

        public IReadOnlyList<LearningEffect> Handle(LearningInput input, long now) => inner.Handle(input, now);
    }
}
