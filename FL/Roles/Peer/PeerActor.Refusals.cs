using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <content>What is not taken in: counted, and told.</content>
internal sealed partial class PeerActor
{
    /// <summary>Versions with two contents that are told apart. Further ones are no news.</summary>
    private const int MaxEquivocal = 1_024;

    private readonly RefusalLedger _refused = new();
    private readonly HashSet<(string Key, ulong Incarnation, ulong Sequence)> _equivocal = [];
    private long _equivocations;

    private void OnExchangeRefusal(ActorContext context, ReportRefusal refusal)
    {
        // Both happen between honest peers, when news come while an exchange is on its way.
        bool isHonest = refusal.Refusal is ExchangeRefusal.UnaskedDigest or ExchangeRefusal.NoSuchBody;
        Refuse(context, _sessions.Find(refusal.Session)?.Card.Peer ?? "a peer", refusal.Refusal.ToString(), refusal.Count, refusal.Text, isHonest);
    }

    /// <summary>Each version with two contents is told of once, however often it is seen.</summary>
    private void OnEquivocation(ActorContext context, Equivocation equivocation)
    {
        bool isNew = _equivocal.Count < MaxEquivocal && _equivocal.Add((equivocation.Key, equivocation.Kept.Incarnation, equivocation.Kept.Tick));
        if (isNew)
        {
            _equivocations++;
            GossipLog.Equivocation(context.Log, equivocation.Key, equivocation.Kept.Replica);
            _setup.Observer?.OnTrouble(_setup.PeerId, $"Two contents under one version of {equivocation.Key}: {equivocation.Kept.Replica} restored an old disk, runs twice, or lies.");
        }
    }

    /// <summary>Counts what was not taken in, and tells of it, unless it was told of just now.</summary>
    private void Refuse(ActorContext context, string from, string reason, long count, string text, bool isHonest = false)
    {
        long untold = _refused.Note(from, reason, count, isHonest, Now(context));
        if (untold == 0)
        {
            return;
        }

        if (isHonest)
        {
            GossipLog.Passed(context.Log, from, RefusalWords.Of(reason), untold, text);
        }
        else
        {
            GossipLog.RefusedFrom(context.Log, from, RefusalWords.Of(reason), untold, text);
            _setup.Observer?.OnTrouble(_setup.PeerId, $"Refused from {from} as {RefusalWords.Of(reason)}, {(untold == 1 ? "once" : $"{untold} times")}: {text}");
        }
    }
}
