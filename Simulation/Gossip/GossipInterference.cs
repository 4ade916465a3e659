using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Gossip;

/// <summary>Shows the ledger what a peer tells and is told, and lets it say one thing to some and another to others.</summary>
internal sealed class GossipInterference(SimulatedProcess process, PeerLife life, VersionLedger ledger, GossipParts parts, Action<FaultKind> hit, Action<string> reach)
    : Interference(process, hit)
{
    /// <summary>How the peer equivocates, or null.</summary>
    public Equivocator? Equivocator { get; set; }

    public override SendMiddleware Send => next => (ActorRef target, ref Envelope envelope) =>
    {
        if (Process.IsAlive && DigestOf(envelope.Message) is { } digest)
        {
            Tell(digest);
            if (Equivocator?.Twist(target.Path.Node, digest) is { } twisted)
            {
                Hit(FaultKind.EquivocatingPeer);
                envelope = With(envelope, twisted);
            }
        }

        return next(target, ref envelope);
    };

    protected override Envelope Before(ActorContext context, Envelope envelope)
    {
        switch (envelope.Message)
        {
            case GossipPeerWelcome welcome:
                life.OnTold(welcome.Seen.Incarnation, welcome.Seen.Sequence);
                return parts.HearsOwnVersions ? envelope : envelope with { Message = welcome with { Seen = default } };
            case GossipPeerRefused refused:
                reach($"not welcomed {refused.Code}");
                return envelope;
            case GossipDigest or GossipRootOffer when DigestOf(envelope.Message) is { } digest:
                return Hear(envelope, digest);
            case GossipWants wants when Equivocator is { } equivocator:
                return envelope with { Message = new GossipWants(equivocator.Serve(wants.Wants, chunk => envelope.Sender?.Tell(new GossipChunk(chunk), context.Self))) };
            default:
                return envelope;
        }
    }

    protected override bool MayFail(ActorContext context) => context.Self.Path.Name is GossipRoles.PeerName;

    private static StateDigest? DigestOf(object message) => message is GossipRootOffer offer ? offer.Offer.News : (message as GossipDigest)?.Digest;

    private static Envelope With(Envelope envelope, StateDigest digest) => envelope with
    {
        Message = envelope.Message is GossipRootOffer offer ? new GossipRootOffer(offer.Offer with { News = digest }) : new GossipDigest(digest),
    };

    private Envelope Hear(Envelope envelope, StateDigest digest)
    {
        if (!parts.HearsOwnVersions)
        {
            return With(envelope, digest with { Headers = [.. digest.Headers.Where(header => !IsOwn(header))] });
        }

        for (int i = 0; i < digest.Headers.Count; i++)
        {
            if (IsOwn(digest.Headers[i]))
            {
                life.OnHeard(digest.Headers[i].Stamp);
            }
        }

        return envelope;
    }

    private void Tell(StateDigest digest)
    {
        foreach (EntryHeader header in digest.Headers)
        {
            if (IsOwn(header))
            {
                ledger.OnTold(life, header);
            }
        }

        foreach (CounterSlot slot in digest.Slots)
        {
            if (slot.Member.Replica == life.Peer)
            {
                ledger.OnTold(slot);
            }
        }
    }

    private bool IsOwn(EntryHeader header) => StoredEntries.IsOf(header.Key, life.Peer);
}
