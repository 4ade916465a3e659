using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class HostilePeerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Lies_OfOneWhoWasWelcomed_AreRefusedCountedAndReportedWhileTheHonestConverge()
    {
        using PeerWorld world = new(3, Rules) { TrainingTime = _ => TimeSpan.FromMilliseconds(200) };
        world.StartAll();
        Liar liar = new(world, "X");
        world.StartOther("X", "A", liar.OnMessage);

        world.PassUntil(() => world.Agree("A", "B", "C"), 2 * Minute, "the honest go on");

        liar.Digests.Should().BePositive("it was asked what it holds");
        PeerStatus status = world.StatusOf("A");
        status.Incarnation.Should().Be(1, "an incarnation out of all proportion is not believed");
        status.Models.Should().Be(3);
        status.Equivocations.Should().BePositive("a version was shown with two contents");
        Dictionary<string, long> refused = status.Refused.Where(refused => refused.From == "X").ToDictionary(refused => refused.Reason, refused => refused.Count);
        refused.Keys.Should().Contain(["ForgedKey", "FutureStamp", "WrongBody", "OversizedBody", "Incarnation", "NoSuchBody", "UnaskedDigest"]);
        refused["UnaskedDigest"].Should().BeGreaterThanOrEqualTo(Liar.Flood);
        refused["NoSuchBody"].Should().BeGreaterThanOrEqualTo(1_024);
        status.Refused.Should().Contain(refused => refused.From == "connections", "a digest that is longer than allowed ends its connection");
        status.Refusals.Should().Be(status.Refused.Where(refused => refused.From != "connections" && refused.Reason is not ("NoSuchBody" or "UnaskedDigest" or "NotWelcomed")).Sum(refused => refused.Count));

        string[] log = [.. world.Log.Lines.Select(line => line.Text)];
        foreach (string reason in new[] { "forged key", "future stamp", "wrong body", "oversized body", "incarnation" })
        {
            log.Should().Contain(line => line.StartsWith($"Refused from X as {reason}"));
            world.Observer.Troubles.Should().Contain(trouble => trouble.At == "A" && trouble.Text.StartsWith($"Refused from X as {reason}"));
        }

        log.Should().Contain(line => line.Contains("is out of all proportion"));
        log.Should().Contain(line => line.StartsWith("Two contents under one version of model"));
        log.Where(line => line.StartsWith("Refused from X")).Should().HaveCountLessThan(200, "a flood does not fill the log");
    }

    [Fact]
    public void Name_OfAnother_IsRefused()
    {
        using PeerWorld world = new(2, Rules);
        world.StartAll();
        Liar liar = new(world, "B");
        world.StartOther("X", "A", liar.OnMessage);

        world.PassUntil(() => liar.Refusal is not null, Minute, "A answers");

        liar.Refusal!.Code.Should().Be(JoinRefusalCodes.Forged);
        liar.Refusal.Text.Should().Contain("X").And.Contain("B");
        world.PassUntil(() => world.Agree(), Minute, "nobody minds");
    }

    [Fact]
    public void Exchange_OfOneWhoNeverJoined_HasNoEffect()
    {
        using PeerWorld world = new(2, Rules);
        world.StartAll();
        world.StartOther("X", "A", (context, message, peer) =>
        {
            if (message is Liar.Begin)
            {
                peer.Tell(new GossipRootOffer(new RootOffer(1, default, AlwaysAnswer: true)), context.Self);
                peer.Tell(new StopPeer("says a stranger"), context.Self);
            }
            else
            {
                throw new InvalidOperationException($"{message.GetType().Name} was answered");
            }
        });

        world.PassUntil(() => world.Agree(), Minute, "nobody minds");
        world.StatusOf("A").Received.Should().BePositive();
    }

    private static PeerOptions Rules => new() { Training = new TrainingOptions { Rounds = 10, LocalEpochs = 1 } };

    /// <summary>Joins in the name it is given, and answers every exchange with lies.</summary>
    internal sealed class Liar(PeerWorld world, string name)
    {
        public const int Flood = 2_000;

        private static readonly Body Promised = new(new byte[] { 1, 2, 3 });

        private int _equivocations;
        private Body? _second;
        private int _offers;

        /// <summary>Some of its tries may come when another exchange is open.</summary>
        private bool HasEquivocated => _equivocations >= 3;

        public int Digests { get; private set; }

        public GossipPeerRefused? Refusal { get; private set; }

        public void OnMessage(ActorContext context, object message, ActorRef peer)
        {
            switch (message)
            {
                case Begin:
                    peer.Tell(new GossipPeerJoin(new PeerCard(name, 1, 1, null, TinyData.Model, world.Options.Gossip.Peers, SharedSettings.Of(world.Options, world.Topology)), context.Self), context.Self);
                    break;
                case GossipPeerRefused refused:
                    Refusal = refused;
                    break;
                case GossipPeerWelcome:
                    peer.Tell(new GossipRootOffer(new RootOffer(1, default, AlwaysAnswer: true)), context.Self);
                    foreach (int i in Enumerable.Range(0, Flood))
                    {
                        peer.Tell(new GossipDigest(new StateDigest((ulong)(1_000_000 + i), 0, IsComplete: true, default, [], [], [])), context.Self);
                    }

                    break;
                case GossipDigest { Digest.Exchange: not 0 } digest when !HasEquivocated && digest.Digest.Headers.FirstOrDefault(header => header.Key.EndsWith("/B") && OwnedKey.IsModel(header.Key)) is { } model:
                    // The other content is one whose hash is higher, so that by itself it would stay everywhere.
                    _equivocations++;
                    Body other = Enumerable.Range(0, 1_000).Select(i => new Body(BitConverter.GetBytes(i))).First(body => body.Hash.CompareTo(model.Stamp.Content) > 0);
                    _second = other;
                    context.Respond(new GossipDigest(new StateDigest(
                        digest.Digest.Exchange, 0, IsComplete: false, default, [new EntryHeader(model.Key, model.Stamp with { Content = other.Hash }, other.Bytes.Length)], [], [])));
                    break;
                case GossipRootOffer { Offer: { } asked } when HasEquivocated && ++_offers == 3:
                    context.Respond(new GossipDigest(new StateDigest(
                        asked.Exchange, 0, IsComplete: false, default,
                        [.. Enumerable.Range(0, ExchangeLimits.Default.MaxKeys + 1).Select(i => new EntryHeader($"k{i}", new Stamp(0, 1, IsTombstone: false, "X", Promised.Hash), 3))], [], [])));
                    break;
                case GossipRootOffer offer:
                    Digests++;
                    context.Respond(new GossipDigest(Lie(context, offer.Offer.Exchange)));
                    context.Respond(new GossipWants(new BodyWants([.. Enumerable.Range(0, 1_024).Select(i => new BodyWant("none", ContentHash.Of([7]), i))])));

                    // After the lies, which close the exchange that this would else belong to.
                    if (!HasEquivocated)
                    {
                        peer.Tell(new GossipRootOffer(new RootOffer((ulong)(1 + Digests), default, AlwaysAnswer: true)), context.Self);
                    }

                    break;
                case GossipWants wants:
                    foreach (BodyWant want in wants.Wants.Wants)
                    {
                        if (want.Content == _second?.Hash)
                        {
                            context.Respond(new GossipChunk(new BodyChunk(want.Content, _second.Bytes.Length, want.Offset, _second.Bytes)));
                            continue;
                        }

                        context.Respond(new GossipChunk(new BodyChunk(want.Content, Promised.Bytes.Length, want.Offset, new byte[] { 9, 9, 9 })));
                    }

                    break;
            }
        }

        private static StateDigest Lie(ActorContext context, ulong answers)
        {
            ulong future = HybridTime.At(context.Time.GetUtcNow().ToUnixTimeMilliseconds() + 3_600_000).Value;
            ulong now = HybridTime.At(context.Time.GetUtcNow().ToUnixTimeMilliseconds()).Value;
            return new StateDigest(answers, 0, IsComplete: false, default,
            [
                new EntryHeader(OwnedKey.Model("B"), new Stamp(9, 9, IsTombstone: false, "X", Promised.Hash), 3),
                new EntryHeader(OwnedKey.Model("A"), new Stamp(1UL << 61, 9, IsTombstone: false, "A", Promised.Hash), 3),
                new EntryHeader("future", new Stamp(0, future, IsTombstone: false, "X", Promised.Hash), 3),
                new EntryHeader("swapped", new Stamp(0, now, IsTombstone: false, "X", Promised.Hash), 3),
                new EntryHeader("large", new Stamp(0, now, IsTombstone: false, "X", ContentHash.Of([8])), int.MaxValue),
            ], [], []);
        }

        public sealed record Begin;
    }
}
