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
        (await FirstViolationAsync(new GossipParts { Order = WithoutTieBreak })).Should().Be("peers converge after healing");

    [Fact]
    public async Task Campaign_WithoutIncarnationBump_SeesAVersionGivenTwice() =>
        (await FirstViolationAsync(new GossipParts { HearsOwnVersions = false })).Should().Be("a version is never given to two contents");

    [Fact]
    public async Task Campaign_WithoutFlushBeforeSend_SeesThatWhatOthersWereToldIsLost() =>
        (await FirstViolationAsync(new GossipParts { DiskFlushes = false })).Should().Be("what others were told of is never lost");

    [Fact]
    public async Task Campaign_WithoutAcknowledgedTombstones_SeesWhatIsDeletedBroughtBack() =>
        (await FirstViolationAsync(new GossipParts { ForgetsAtOnce = true })).Should().Be("what is deleted is forgotten only once all have acknowledged it");

    private static int WithoutTieBreak(Stamp one, Stamp other) =>
        one.Incarnation != other.Incarnation ? one.Incarnation.CompareTo(other.Incarnation) : one.Tick.CompareTo(other.Tick);

    private static async Task<string?> FirstViolationAsync(GossipParts parts) =>
        (await new Campaign(() => new GossipSimulator(parts), firstSeed: 1, MaxSchedules) { MaxFailures = 1 }.RunAsync()).Failures.FirstOrDefault()?.Violation?.Invariant;
}
