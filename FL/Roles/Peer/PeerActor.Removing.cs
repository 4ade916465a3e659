using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Crdt;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <content>Peers that are gone for good: what they published is deleted everywhere, and forgotten once everybody who could bring it back has said so.</content>
internal sealed partial class PeerActor
{
    private void OnRemovePeer(ActorContext context, RemovePeer removal)
    {
        if (_setup.Proofs is not null && context.Headers.Origin is not null && context.Headers.Peer?.IsNamed(_setup.PeerId) != true)
        {
            string text = $"{context.Headers.Peer?.Subject ?? "A node without a certificate"} asks to remove {removal.Peer}, and does not prove to be {_setup.PeerId}.";
            Refuse(context, context.Headers.Origin, "Forged", 1, text);
            context.Respond(new RemovePeerReply(0, text));
            return;
        }

        ulong incarnation = HighestOf(removal.Peer).Incarnation;
        if (FindObstacle(removal.Peer, incarnation) is { } obstacle)
        {
            context.Respond(new RemovePeerReply(0, obstacle));
            return;
        }

        OnRemoved(context, new Member(removal.Peer, incarnation), "its operator says that");
        SpreadNow(context);
        context.Respond(new RemovePeerReply(incarnation, null));
    }

    private string? FindObstacle(string peer, ulong incarnation)
    {
        if (!_isIdentified)
        {
            return $"{_setup.PeerId} has not met those yet whom it is to call: wait until it has.";
        }

        if (peer == _setup.PeerId)
        {
            return $"{peer} cannot remove itself: stop it, and ask another peer.";
        }

        if (incarnation == 0)
        {
            return $"Nothing that {peer} published is known to {_setup.PeerId}. It knows {string.Join(", ", _known.Keys.Where(IsListed).Append(_setup.PeerId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}.";
        }

        bool isHere = _sessions.Find(peer) is not null || _known.GetValueOrDefault(peer)?.State is MemberState.Alive or MemberState.Suspect;
        return isHere ? $"{peer} is here, and would come back at once under its next incarnation: stop it first, and wait until peers list calls it left or dead." : null;
    }

    /// <summary>Somebody is gone for good. This peer itself is not, whatever others say: it goes on above what was removed.</summary>
    private void OnRemoved(ActorContext context, Member member, string source)
    {
        if (member.Replica == _setup.PeerId)
        {
            OnOwnRemoval(context, member.Incarnation);
            return;
        }

        _journal.Remove(member, Wall(context));
        GossipLog.Removed(context.Log, member.Replica, member.Incarnation);
        if (_sessions.Find(member.Replica) is { } session && IsRemoved(session.Card))
        {
            // It lives: it hears of its removal in the answer to this, and joins again.
            Close(context, session, broke: false, $"{source} it is gone for good");
            session.Ref.TryTell(Greeting(), context.Self);
        }

        UpdateRoster();
        Learn(context, new PeerRemoved(member.Replica, member.Incarnation));
        SpreadSoon(context);
    }

    private void OnOwnRemoval(ActorContext context, ulong incarnation)
    {
        if (!_isIdentified)
        {
            OnSeen(context, new ModelVersion(incarnation, ulong.MaxValue), isForeign: true, "a peer");
        }
        else if (incarnation >= _journal.Incarnation)
        {
            Renew(context, incarnation, $"incarnation {incarnation} was removed as one that is gone for good");
            Republish(context);
            Rejoin(context);
            SpreadNow(context);
        }
    }

    /// <summary>Takes in whom another knows to be removed, before anything is exchanged with it: what this peer still holds of them must not get there.</summary>
    private void TakeRemovals(ActorContext context, string from, IReadOnlyList<Member> removed)
    {
        LwwMap map = _journal.State.Map;
        foreach (Member member in removed)
        {
            if (member.Incarnation == 0 || map.IsRemoved(member))
            {
                continue;
            }

            if (map.IsOutOfProportion(member))
            {
                Refuse(context, from, "Incarnation", 1, $"{from} says that incarnation {member.Incarnation} of {member.Replica} is gone, which is out of all proportion: it is not believed.");
                continue;
            }

            OnRemoved(context, member, $"{from} says that");
            map = _journal.State.Map;
        }
    }

    /// <summary>Whether a peer was removed in the incarnation that it shows, or does not know yet whether it was: until it does, it could bring back what is deleted.</summary>
    private bool IsRemoved(PeerCard card) =>
        card.Incarnation > 0 ? _journal.State.Map.IsRemoved(new Member(card.Peer, card.Incarnation)) : _journal.State.Map.RemovedUpTo(card.Peer) > 0;

    /// <summary>Whether a peer is one of those to show: not one who was removed and has not come back.</summary>
    private bool IsListed(string peer) => _journal.State.Map.RemovedUpTo(peer) == 0 || _journal.State.Map.TryGet(OwnedKey.Information(peer), out _);

    /// <summary>Who has to acknowledge what is deleted. As long as nobody was ever removed nothing is, and nobody has to.</summary>
    private void UpdateRoster()
    {
        if (_journal.State.Map.HasRemovals)
        {
            _journal.State.Map.SetRoster(_journal.State.Map.ToRoster(_sessions.All.Select(session => new Member(session.Card.Peer, session.Card.Incarnation))));
        }
    }
}
