using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Peers whose models are large, so that work on them goes on beside their turns.</summary>
public sealed class LargeBodyTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(30);

    [Fact]
    public void Peers_BusyWithBodies_AnswerAtOnceAndAreHeldToLive()
    {
        using PeerWorld world = Started();
        world.PassUntil(() => world.Peers.All(peer => world.StatusOf(peer).Round == 1), Hour, "all have published");
        world.Pass(TimeSpan.FromSeconds(3));

        for (int second = 0; second < 20; second++)
        {
            TimeSpan asked = world.Now;
            PeerStatus[] statuses = [.. world.Peers.Select(world.StatusOf)];
            (world.Now - asked).Should().BeLessThan(TimeSpan.FromMilliseconds(100), "no question waits for a body");
            statuses.Should().OnlyContain(status => status.Round == 1 && status.Peers.Count == 3 && status.Peers.All(peer => peer.State == MemberState.Alive));
            statuses.SelectMany(status => status.Peers.Where(peer => peer.Peer != status.Peer)).Should().OnlyContain(peer => peer.Sequence == 0, "bodies are not read yet");
            world.Pass(TimeSpan.FromSeconds(1));
        }

        world.Observer.Members.Select(told => told.Change.Kind).Should().OnlyContain(kind => kind == MemberChangeKind.Joined);
    }

    [Fact]
    public void Peers_WithLargeBodies_ComeToWhatTheyComeToWithSmallOnes()
    {
        using PeerWorld small = new(3, Rules());
        small.StartAll();
        small.PassUntil(() => small.Agree(), Hour, "all keep up");

        using PeerWorld large = Started();
        large.PassUntil(() => large.Agree(), Hour, "all keep up");

        large.StatusOf("A").ParameterHash.Should().Be(small.StatusOf("A").ParameterHash);
        large.Observer.Troubles.Should().BeEmpty();
        large.Peers.Should().OnlyContain(peer => large.StatusOf(peer).Refusals == 0);
    }

    [Fact]
    public void Peers_KilledAfterTheirBodiesWereSaved_GoOnFromThem()
    {
        using PeerWorld world = Started();
        world.PassUntil(() => world.Agree(), Hour, "all keep up");
        world.Pass(3 * BodyTime);
        string hash = world.StatusOf("A").ParameterHash!;
        string root = world.StatusOf("B").RootHash;
        foreach (string peer in world.Peers)
        {
            world.Kill(peer);
            KeptMean.Find(world.StoreOf(peer), peer)!.Parameters.Hash().Should().Be(hash);
        }

        world.Start("B", ["A"]);

        world.StatusOf("B").RootHash.Should().Be(root, "it holds all that it held");
    }

    [Fact]
    public void Peer_ToldToStopWhileBodiesAreSaved_EndsOnceAllIsSaved()
    {
        using PeerWorld world = Started();
        world.PassUntil(() => world.Agree(), Hour, "all keep up");

        world.Tell("A", new StopPeer("that is enough"));
        world.PassUntil(() => world.CompletionOf("A").Task.IsCompleted, Hour, "A ends");

        world.Kill("A");
        world.StoreOf("A").Load("A").Where(part => part.Key.StartsWith("entry:model", StringComparison.Ordinal)).Should().HaveCount(6).And.OnlyContain(part => part.Body != null);
        KeptMean.Find(world.StoreOf("A"), "A")!.IsSettled.Should().BeTrue();
    }

    [Fact]
    public void Means_OfManyRounds_AreNotKept()
    {
        using PeerWorld world = Started(rounds: 8);
        List<WeakReference<ParameterVector>> means = [];
        world.PassUntil(() => world.Agree(), Hour, "all keep up");
        TakeMeans(world, means);
        means.Count.Should().BeGreaterThanOrEqualTo(3 * 8);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        means.Count(mean => mean.TryGetTarget(out _)).Should().BeLessThanOrEqualTo(3 * 2, "a peer needs its last mean, and the one that it kept");
    }

    private static void TakeMeans(PeerWorld world, List<WeakReference<ParameterVector>> means)
    {
        means.AddRange(world.Observer.Rounds.Select(round => new WeakReference<ParameterVector>(round.Mean!)));
        world.Observer.Rounds.Clear();
    }

    private static PeerWorld Started(int rounds = 3)
    {
        PeerWorld world = new(3, Rules(rounds)) { LargeBodyBytes = 64, BodyTime = BodyTime };
        world.StartAll();
        return world;
    }

    private static PeerOptions Rules(int rounds = 3) => new()
    {
        Training = new TrainingOptions { Rounds = rounds, LocalEpochs = 1 }, Gossip = new GossipOptions { PublicationInterval = TimeSpan.FromMinutes(10), ConvergenceEps = 0 },
    };
}
