using FedActors.Crdt;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Gossip;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>What peers rely on is taken away, one thing at a time: a campaign notices.</summary>
public sealed class GossipMutationTests
{
    private const ulong MaxSchedules = 2000;

    [Fact]
    public void Campaign_WithoutTieBreak_SeesPeersThatNeverAgree() =>
        Breaks(new GossipParts { Order = WithoutTieBreak }, "peers converge after healing", from: 1).Should().BeTrue();

    [Fact]
    public void Campaign_WithoutIncarnationBump_SeesAVersionGivenTwice() =>
        Breaks(new GossipParts { HearsOwnVersions = false }, "a version is never given to two contents", from: 1).Should().BeTrue();

    [Fact]
    public void Campaign_WithoutFlushBeforeSend_SeesThatWhatOthersWereToldIsLost() =>
        Breaks(new GossipParts { DiskFlushes = false }, "what others were told of is never lost", from: 1).Should().BeTrue();

    [Fact]
    public void Campaign_WithoutAcknowledgedTombstones_SeesWhatIsDeletedBroughtBack() =>
        Breaks(new GossipParts { ForgetsAtOnce = true }, "what is deleted is forgotten only once all have acknowledged it", from: 1).Should().BeTrue();

    private static int WithoutTieBreak(Stamp one, Stamp other) =>
        one.Incarnation != other.Incarnation ? one.Incarnation.CompareTo(other.Incarnation) : one.Tick.CompareTo(other.Tick);

    // A campaign counts its seeds up from 1. Where the first hundreds show nothing they are left out here: that costs half a minute.
    private static bool Breaks(GossipParts parts, string invariant, ulong from)
    {
        GossipSimulator simulator = new(parts);
        for (ulong seed = from; seed <= MaxSchedules; seed++)
        {
            if (simulator.Run(GossipSchedule.Draw(seed)).Violation?.Invariant == invariant)
            {
                return true;
            }
        }

        return false;
    }
}
