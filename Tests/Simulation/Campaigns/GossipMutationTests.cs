using FedActors.Crdt;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Gossip;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>What peers rely on is taken away, one thing at a time: a campaign notices.</summary>
public sealed class GossipMutationTests
{
    private const int MaxSchedules = 2000;

    [Fact]
    public async Task Campaign_WithoutTieBreak_SeesPeersThatNeverAgree() =>
        (await ViolationsAsync(new GossipParts { Order = WithoutTieBreak })).Should().Contain("peers converge after healing");

    [Fact]
    public async Task Campaign_WithoutIncarnationBump_SeesAVersionGivenTwice() =>
        (await ViolationsAsync(new GossipParts { HearsOwnVersions = false })).Should().Contain("a version is never given to two contents");

    [Fact]
    public async Task Campaign_WithoutFlushBeforeSend_SeesThatWhatOthersWereToldIsLost() =>
        (await ViolationsAsync(new GossipParts { DiskFlushes = false })).Should().Contain("what others were told of is never lost");

    [Fact]
    public async Task Campaign_WithoutAcknowledgedTombstones_SeesWhatIsDeletedBroughtBack() =>
        (await ViolationsAsync(new GossipParts { ForgetsAtOnce = true })).Should().Contain("what is deleted is forgotten only once all have acknowledged it");

    private static int WithoutTieBreak(Stamp one, Stamp other) =>
        one.Incarnation != other.Incarnation ? one.Incarnation.CompareTo(other.Incarnation) : one.Tick.CompareTo(other.Tick);

    // The first few: what is missing shows in more than one way.
    private static async Task<IEnumerable<string>> ViolationsAsync(GossipParts parts) =>
        (await new Campaign(() => new GossipSimulator(parts), firstSeed: 1, MaxSchedules) { MaxFailures = 4 }.RunAsync()).Failures.Select(failure => failure.Violation!.Invariant);
}
