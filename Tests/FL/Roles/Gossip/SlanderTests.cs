using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>An admitted member spreads rumours about others, which nobody signs.</summary>
public sealed class SlanderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static PeerOptions Rules => new() { Training = new TrainingOptions { Rounds = 10, LocalEpochs = 1 } };

    [Theory]
    [InlineData(MemberState.Dead, 0UL)]
    [InlineData(MemberState.Left, 0UL)]
    [InlineData(MemberState.Dead, 1_000_000UL)]
    public void Rumour_OfALivePeersEnd_IsContradictedAndAllAgree(MemberState state, ulong ahead)
    {
        using PeerWorld world = new(4, Rules);
        world.StartAll();
        Slanderer slanderer = new(world, record => record with { State = state, Beat = record.Beat + ahead });
        world.PassUntil(() => world.StatusOf("A").Round >= 2, Minute, "they learn");
        world.StartOther("X", "A", slanderer.OnMessage);

        world.PassUntil(() => world.Observer.Members.Any(told => told.At == "A" && told.Change is { MemberId: "B", Kind: MemberChangeKind.Lost or MemberChangeKind.Left }), Minute, "A believes it for a moment");
        world.PassUntil(() => slanderer.Told == Slanderer.Times, Minute, "it says so again and again");
        world.PassUntil(() => world.Peers.All(at => ViewOf(world, at, "B").State == MemberState.Alive), Minute, "B hears of it, and contradicts");
        world.PassUntil(() => world.Agree(), Minute, "all agree");

        world.Peers.Should().OnlyContain(peer => world.StatusOf(peer).Models == 4 && world.StatusOf(peer).Incarnation == 1 && world.StatusOf(peer).Equivocations == 0);
        world.Peers.Should().OnlyContain(peer => !world.CompletionOf(peer).Task.IsCompleted, "nobody is thrown out");
    }

    [Fact]
    public void Rumour_WithABeatThatNothingCouldFollow_IsNotBelieved()
    {
        using PeerWorld world = new(3, Rules);
        world.StartAll();
        Slanderer slanderer = new(world, record => record with { State = MemberState.Dead, Beat = MemberRecord.MaxBeat + 1 });
        world.StartOther("X", "A", slanderer.OnMessage);

        world.PassUntil(() => slanderer.Told == Slanderer.Times, Minute, "it has said so");
        world.PassUntil(() => world.Agree(), Minute, "all agree");

        world.Observer.Members.Should().NotContain(told => told.Change.MemberId == "B" && told.Change.Kind == MemberChangeKind.Lost);
    }

    [Fact]
    public void Rumour_OfAnotherAddress_BreaksNoConnection()
    {
        using PeerWorld world = new(3, Rules);
        world.StartAll();
        Slanderer slanderer = new(world, record => record with { Address = "nowhere:1", Beat = record.Beat + 1 });
        world.StartOther("X", "A", slanderer.OnMessage);

        world.PassUntil(() => slanderer.Told == Slanderer.Times, Minute, "it has said so");
        world.PassUntil(() => world.Agree(), Minute, "all agree");

        ViewOf(world, "A", "B").IsConnected.Should().BeTrue();
    }

    private static PeerView ViewOf(PeerWorld world, string at, string peer) => world.StatusOf(at).Peers.Single(view => view.Peer == peer);

    /// <summary>Joins as X, and whenever A's actor for probes says something, tells it something made up of B.</summary>
    private sealed class Slanderer(PeerWorld world, Func<MemberRecord, MemberRecord> lie)
    {
        public const int Times = 5;

        private ActorRef? _members;
        private MemberRecord? _known;

        public int Told { get; private set; }

        public void OnMessage(ActorContext context, object message, ActorRef peer)
        {
            switch (message)
            {
                case HostilePeerTests.Liar.Begin:
                    PeerCard card = new("X", 1, 1, null, TinyData.Model, world.Options.Gossip.Peers, SharedSettings.Of(world.Options, world.Topology));
                    peer.Tell(new GossipPeerJoin(card, context.Self), context.Self);
                    break;
                case GossipPeerWelcome welcome:
                    _members = welcome.Members;
                    break;
                case GossipMemberList list:
                    Hear(context, list.Records);
                    break;
                case GossipProbe probe:
                    context.Respond(new GossipProbeAnswer(probe.Sequence, []));
                    Hear(context, probe.Records);
                    break;
            }
        }

        private void Hear(ActorContext context, IReadOnlyList<MemberRecord> records)
        {
            _known = records.LastOrDefault(record => record.Peer == "B") ?? _known;
            if (_known is { } known && _members is { } members && Told < Times)
            {
                Told++;
                members.Tell(new GossipMemberList([lie(known)], WantsAnswer: false), context.Self);
            }
        }
    }
}
