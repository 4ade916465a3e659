using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Gossip;

/// <summary>Joins in its own name, is welcomed, and answers every exchange with lies.</summary>
/// <param name="name">Its name.</param>
/// <param name="peers">How many peers all wait for.</param>
/// <param name="settings">What all have agreed on beside.</param>
/// <param name="victim">Whose keys it forges.</param>
/// <param name="peer">Whom it joins.</param>
internal sealed class LyingPeer(string name, int peers, SharedSettings settings, string victim, ActorRef peer) : Actor
{
    // Long enough that what it says is not lost before it is connected.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly Body Promised = new(new byte[] { 1, 2, 3 });

    private readonly ExchangeLimits _limits = ExchangeLimits.Default;
    private int _lies;

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        context.Timers.StartPeriodic("again", Patience, new Again());
        Join(context);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case Again:
                Join(context);
                break;
            case GossipRootOffer offer:
                context.Respond(new GossipDigest(Lie(context, offer.Offer.Exchange)));
                context.Respond(new GossipRootOffer(new RootOffer((ulong)++_lies, ContentHash.Of([(byte)_lies]), AlwaysAnswer: true) { News = _lies % 3 == 0 ? Lie(context, offer.Offer.Exchange) : null }));
                context.Respond(new GossipWants(new BodyWants([.. Enumerable.Range(0, _lies % 8 == 0 ? _limits.MaxWants + 1 : 2).Select(i => new BodyWant("none", ContentHash.Of([7]), i))])));
                break;
            case GossipDigest digest:
                // Another answer than was asked for, and one to a question that nobody has asked.
                context.Respond(new GossipDigest(Lie(context, digest.Digest.Exchange + 1)));
                break;
            case GossipWants wants:
                foreach (BodyWant want in wants.Wants.Wants)
                {
                    byte[] wrong = _lies % 2 == 0 ? [9, 9, 9] : [9];
                    context.Respond(new GossipChunk(new BodyChunk(want.Content, wrong.Length, want.Offset, wrong)));
                }

                break;
        }

        return ValueTask.CompletedTask;
    }

    private void Join(ActorContext context) =>
        peer.TryTell(new GossipPeerJoin(new PeerCard(name, 1, 1, null, SimulatedSites.Model, peers, settings), context.Self), context.Self);

    private StateDigest Lie(ActorContext context, ulong answers)
    {
        long wall = context.Time.GetUtcNow().ToUnixTimeMilliseconds();
        ulong now = HybridTime.At(wall).Value;
        ulong future = HybridTime.At(wall + (long)TimeSpan.FromDays(1).TotalMilliseconds).Value;
        return new StateDigest(answers, 0, IsComplete: false, default,
        [
            new EntryHeader(OwnedKey.Model(victim), new Stamp(9, 9, IsTombstone: false, name, Promised.Hash), 3),
            new EntryHeader("future", new Stamp(0, future, IsTombstone: false, name, Promised.Hash), 3),
            new EntryHeader($"swapped {_lies}", new Stamp(0, now, IsTombstone: false, name, Promised.Hash), 3),
            new EntryHeader("large", new Stamp(0, now, IsTombstone: false, name, ContentHash.Of([8])), int.MaxValue),
            new EntryHeader("too much", new Stamp(0, now, IsTombstone: false, name, ContentHash.Of([6])), _limits.MaxBodyBytes),
            new EntryHeader("ageless", new Stamp(3, now, IsTombstone: false, name, ContentHash.Of([5])), 3),
        ], [], []);
    }

    private sealed record Again;
}
