using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class ReporterActorTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public void Reporter_PeersThatLearn_ReportsThemUntilAllAgree()
    {
        Recording recording = new();
        using PeerWorld world = Watched(3, ("watch", recording));

        world.PassUntil(() => recording.Last is { IsAgreed: true }, Limit, "the report says that all agree");

        NetworkReport report = recording.Last!;
        report.Peers.Select(peer => peer.Status.Peer).Should().Equal(world.Peers);
        report.ActivePeers.Should().Be(3);
        (report.GlobalRound, report.HighestRound).Should().Be((world.Options.Training.Rounds, world.Options.Training.Rounds));
        report.Messages.Should().Be(report.Peers.Sum(peer => peer.Status.Sent)).And.BePositive();
        report.Peers.Select(peer => peer.Status.ParameterHash).Distinct().Should().ContainSingle().Which.Should().Be(world.StatusOf(world.Peers[0]).ParameterHash);
    }

    /// <summary>Peers that had left in order stayed in the report for ever.</summary>
    [Fact]
    public void Reporter_PeerLeaves_DropsIt()
    {
        Recording recording = new();
        using PeerWorld world = Watched(3, ("watch", recording));
        world.PassUntil(() => recording.Last is { Peers.Count: 3 }, Limit, "all are heard");

        world.Tell(world.Peers[2], new StopPeer("told to"));

        world.PassUntil(() => recording.Last is { Peers.Count: 2 }, Limit, "the one that left is in the report no more");
        recording.Last!.Peers.Select(peer => peer.Status.Peer).Should().Equal(world.Peers.Take(2));
    }

    [Fact]
    public void Reporter_PeerIsKilled_KeepsItAsSilentUntilItIsBack()
    {
        Recording recording = new();
        using PeerWorld world = Watched(3, ("watch", recording));
        world.PassUntil(() => recording.Last is { ActivePeers: 3 }, Limit, "all are heard");

        world.Kill(world.Peers[1]);
        world.PassUntil(() => recording.Last is { ActivePeers: 2 }, Limit, "one is silent");
        recording.Last!.Peers.Single(peer => !peer.IsActive).Status.Peer.Should().Be(world.Peers[1]);

        world.Start(world.Peers[1], [world.Peers[0]], change: setup => setup with { Reporters = [PeerWorld.AddressOf("watch")] });
        world.PassUntil(() => recording.Last is { ActivePeers: 3 }, Limit, "it is back");
    }

    [Fact]
    public void Reporters_SeveralOrNone_ChangeNothingThatPeersLearn()
    {
        using PeerWorld alone = new(3);
        alone.StartAll();
        alone.PassUntil(() => alone.Agree(), Limit, "all agree with nobody watching");
        (string, Recording)[] reporters = [("one", new Recording()), ("two", new Recording()), ("three", new Recording())];
        using PeerWorld watched = Watched(3, reporters);
        watched.PassUntil(() => watched.Agree() && reporters.All(reporter => reporter.Item2.Last is { IsAgreed: true }), Limit, "all agree, and every reporter says so");

        watched.StatusOf(watched.Peers[0]).ParameterHash.Should().Be(alone.StatusOf(alone.Peers[0]).ParameterHash);
        reporters.Should().OnlyContain(reporter => reporter.Item2.Last!.Peers.Count == 3);
    }

    [Fact]
    public void Reporter_StateInAnothersName_IsNotTaken()
    {
        Recording recording = new();
        using PeerWorld world = new(2);
        world.StartReporter("watch", recording, Interval);
        world.StartOther("liar", "watch", (context, message, _) =>
        {
            if (message is HostilePeerTests.Liar.Begin)
            {
                FedActors.Actors.ActorRef reporter = context.System.Remote.Connect(PeerWorld.AddressOf("watch")).ActorOf(GossipRoles.ReporterName);
                reporter.Tell(new GossipState(new PeerStatus { Peer = "A", Phase = LearningPhase.Training, MaxRounds = 1, RootHash = "00" }), context.Self);
                reporter.Tell(new GossipState(new PeerStatus { Peer = "liar", Phase = LearningPhase.Training, MaxRounds = 1, RootHash = "00" }), context.Self);
            }
        });

        world.PassUntil(() => recording.Last is { Peers.Count: > 0 }, Limit, "the second state, which is its own, is heard");

        recording.Last!.Peers.Should().ContainSingle().Which.Status.Peer.Should().Be("liar");
    }

    private static PeerWorld Watched(int peers, params (string Node, Recording Recording)[] reporters)
    {
        PeerWorld world = new(peers);
        foreach ((string node, Recording recording) in reporters)
        {
            world.StartReporter(node, recording, Interval);
        }

        foreach (string peer in world.Peers)
        {
            world.Start(peer, peer == world.Peers[0] ? [] : [world.Peers[0]], change: setup => setup with { Reporters = [.. reporters.Select(reporter => PeerWorld.AddressOf(reporter.Node))] });
        }

        return world;
    }

    private sealed class Recording : IReporterObserver
    {
        public NetworkReport? Last { get; private set; }

        public void OnReport(NetworkReport report) => Last = report;
    }
}
