using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <content>Peers that are gone for good: what they published is deleted everywhere, and forgotten once everybody who could bring it back has said so.</content>
internal sealed partial class PeerActor
{
    /// <summary>Names in one line of the log.</summary>
    private const int MaxNamesTold = 10;

    private readonly List<Member> _heardRemoved = [];

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

        Remove(context, [new Member(removal.Peer, incarnation)], "its operator says that");
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

        if (!_journal.State.Map.HasRoomFor(new Member(peer, incarnation), ExchangeLimits.Default.MaxKeys))
        {
            return $"There is no room for the record of another removal: at most {Removal.MaxRecords} peers may be removed, and {_setup.PeerId} holds {_journal.State.Map.Count} entries of {ExchangeLimits.Default.MaxKeys}.";
        }

        bool isConnected = _sessions.Find(peer) is not null;
        return _known.GetValueOrDefault(peer)?.State switch
        {
            MemberState.Suspect when !isConnected => $"{peer} is suspect: it has not answered for a while and may still live, and would then come back under its next incarnation. Wait until peers list calls it dead.",
            MemberState.Alive or MemberState.Suspect => Here(peer),
            _ => isConnected ? Here(peer) : null,
        };

        static string Here(string peer) => $"{peer} is here, and would come back at once under its next incarnation: stop it first, and wait until peers list calls it left or dead.";
    }

    /// <summary>Removes those who are gone for good. This peer itself is not, whatever others say: it goes on above what was removed.</summary>
    /// <returns>For how many there was no room.</returns>
    private int Remove(ActorContext context, IReadOnlyList<Member> members, string source)
    {
        Member[] others = [.. members.Where(member => member.Replica != _setup.PeerId)];
        IReadOnlyList<Member> removed = _journal.Remove(others);
        OnRemoved(context, [.. removed, .. members.Where(member => member.Replica == _setup.PeerId)], source);
        return others.Length - removed.Count;
    }

    /// <summary>It is written down that members are gone for good, and what they had published is deleted.</summary>
    private void OnRemoved(ActorContext context, IReadOnlyList<Member> members, string source)
    {
        Member[] others = [.. members.Where(member => member.Replica != _setup.PeerId)];
        if (others.Length > 0)
        {
            string more = others.Length > MaxNamesTold ? $" and {others.Length - MaxNamesTold} more" : "";
            GossipLog.Removed(context.Log, source, string.Join(", ", others.Take(MaxNamesTold).Select(member => $"{member.Replica} up to incarnation {member.Incarnation}")) + more);
            foreach (PeerSession session in others.Select(member => _sessions.Find(member.Replica)).OfType<PeerSession>().Where(session => IsRemoved(session.Card)))
            {
                // It lives: it hears of its removal in the answer to this, and joins again.
                Close(context, session, broke: false, $"{source} it is gone for good");
                session.Ref.TryTell(Greeting(), context.Self);
            }
        }

        UpdateRoster();
        foreach (Member member in others)
        {
            Learn(context, new PeerRemoved(member.Replica, member.Incarnation));
        }

        SpreadSoon(context);
        foreach (Member own in members.Where(member => member.Replica == _setup.PeerId))
        {
            OnOwnRemoval(context, own.Incarnation);
        }
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
        if (removed.Count == 0)
        {
            return;
        }

        LwwMap map = _journal.State.Map;
        Member[] highest = [.. removed.GroupBy(member => member.Replica, StringComparer.Ordinal).Select(name => name.MaxBy(member => member.Incarnation)).Where(member => !map.IsRemoved(member))];
        Member[] believed = [.. highest.Where(member => !map.IsOutOfProportion(member))];
        if (believed.Length < highest.Length)
        {
            Member first = highest.First(map.IsOutOfProportion);
            Refuse(context, from, "Incarnation", highest.Length - believed.Length, $"{from} says that incarnation {first.Incarnation} of {first.Replica} is gone, which is out of all proportion: it is not believed.");
        }

        if (believed.Length > 0 && Remove(context, believed, $"{from} says that") is > 0 and int left)
        {
            Refuse(context, from, nameof(ExchangeRefusal.Full), left, $"{from} says of {believed.Length} peers that they are gone for good: there is no room to remember all of them.");
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
