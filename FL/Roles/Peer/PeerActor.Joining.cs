using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <content>Meeting other peers, and losing them.</content>
internal sealed partial class PeerActor
{
    /// <summary>How often those who are connected and have not answered are asked again: a message may be lost with its connection.</summary>
    private static readonly TimeSpan JoinRetry = TimeSpan.FromSeconds(2);

    private readonly Dictionary<TransportAddress, RemoteNode> _dialled = [];
    private readonly Dictionary<string, string> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemberRecord> _known = new(StringComparer.Ordinal);
    private readonly HashSet<TransportAddress> _answered = [];
    private readonly HashSet<string> _refusedBy = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _neighbours = [];
    private ModelVersion _seen;
    private bool _isSeenForeign;

    private PeerCard Card => new(_setup.PeerId, _isIdentified ? _journal.Incarnation : 0, _life, _setup.Address?.ToString(), _setup.Specification, Options.Peers, _settings);

    private void DialSeeds(ActorContext context)
    {
        foreach (TransportAddress seed in _setup.Seeds)
        {
            Dial(context, seed);
        }

        foreach (TransportAddress reporter in _setup.Reporters)
        {
            context.System.Remote.Connect(reporter);
        }
    }

    private void Dial(ActorContext context, TransportAddress address)
    {
        if (address != _setup.Address && !_dialled.ContainsKey(address))
        {
            RemoteNode node = context.System.Remote.Connect(address);
            _dialled.Add(address, node);
            if (node.IsConnected)
            {
                Join(context, node);
            }
        }
    }

    private void Join(ActorContext context, RemoteNode node) =>
        node.ActorOf(GossipRoles.PeerName).TryTell(Greeting(), context.Self);

    /// <summary>Tells everybody of a new incarnation.</summary>
    private void Rejoin(ActorContext context)
    {
        foreach (PeerSession session in _sessions.All)
        {
            session.Ref.TryTell(Greeting(), context.Self);
        }
    }

    private GossipPeerJoin Greeting() => new(Card, _members) { Removed = _journal.State.Map.Removed };

    private void OnReachable(ActorContext context, Reachable reachable)
    {
        foreach (RemoteNode node in _dialled.Values)
        {
            if (node.Node == reachable.Node && (!reachable.Resumed || _sessions.Find(reachable.Node) is null))
            {
                Join(context, node);
            }
        }
    }

    private void OnJoinsDue(ActorContext context)
    {
        foreach (RemoteNode node in _dialled.Values)
        {
            if (node is { IsConnected: true, Node: { } name } && _sessions.Find(name) is null && !_refusedBy.Contains(name))
            {
                Join(context, node);
            }
        }

        // Who did not know its incarnation when it was met has told it since. Where that was lost it would stay unknown.
        foreach (PeerSession session in _sessions.All.Where(session => session.Card.Incarnation == 0))
        {
            session.Ref.TryTell(Greeting(), context.Self);
        }

        DialNeighbours(context);
    }

    private void OnJoin(ActorContext context, GossipPeerJoin join)
    {
        if (context.Sender is not { } sender)
        {
            return;
        }

        if (FindRefusal(context, join.Card) is not { } refusal)
        {
            TakeRemovals(context, join.Card.Peer, join.Removed);
            if (!IsRemoved(join.Card))
            {
                Open(context, join.Card, sender, join.Members);
            }

            // Whoever was removed reads that here, and joins again with a higher incarnation.
            context.Tell(sender, new GossipPeerWelcome(Card, _members, HighestOf(join.Card.Peer)) { Removed = _journal.State.Map.Removed });
            return;
        }

        context.Tell(sender, new GossipPeerRefused(_setup.PeerId, refusal.Code, refusal.Text));
        OnMisfit(context, join.Card.Peer, refusal);
    }

    private void OnWelcome(ActorContext context, GossipPeerWelcome welcome)
    {
        if (context.Sender is not { } sender)
        {
            return;
        }

        if (FindRefusal(context, welcome.Card) is { } refusal)
        {
            OnMisfit(context, welcome.Card.Peer, refusal);
            return;
        }

        TakeRemovals(context, welcome.Card.Peer, welcome.Removed);
        if (IsRemoved(welcome.Card))
        {
            // It does not know yet. Who has begun hears of it in the answer; who has not says so itself once it has.
            if (welcome.Card.Incarnation > 0)
            {
                sender.TryTell(Greeting(), context.Self);
            }

            return;
        }

        Open(context, welcome.Card, sender, welcome.Members);
        if (!_isIdentified || _setup.Proofs is null)
        {
            // Later on, where peers prove what they write, the exchange shows the version itself with its proof.
            OnSeen(context, welcome.Seen, isForeign: false, welcome.Card.Peer);
        }

        foreach ((TransportAddress address, RemoteNode node) in _dialled)
        {
            if (node.Node == welcome.Card.Peer)
            {
                _answered.Add(address);
            }
        }

        if (_setup.Seeds.All(seed => _answered.Contains(seed) || seed == _setup.Address))
        {
            Identify(context);
        }
    }

    private (string Code, string Text)? FindRefusal(ActorContext context, PeerCard card)
    {
        string? origin = context.Headers.Origin;
        if (!Senders.IsGenuine(context) || (origin is not null && origin != card.Peer) || card.Peer == _setup.PeerId)
        {
            return (JoinRefusalCodes.Forged, $"A node called {origin ?? "nothing"} calls itself peer {card.Peer}: a peer's node bears the peer's name, and no two have one.");
        }

        if (_setup.Proofs is not null && context.Headers.Peer?.IsNamed(card.Peer) != true)
        {
            return (JoinRefusalCodes.Forged, $"{context.Headers.Peer?.Subject ?? "A node without a certificate"} is no proof of being {card.Peer}: a peer's certificate bears the peer's name.");
        }

        return Card.DescribeMismatch(card) is { } mismatch
            ? (JoinRefusalCodes.Mismatch, $"{mismatch}: give all peers the same data set, model and settings.")
            : null;
    }

    private void OnRefused(ActorContext context, GossipPeerRefused refused)
    {
        if (!Senders.IsGenuine(context) || (context.Headers.Origin is { } origin && origin != refused.Peer))
        {
            return;
        }

        OnMismatch(context, refused.Peer, refused.Text);
        bool isAlone = _sessions.All.Count == 0 && _setup.Seeds.Count > 0
            && _setup.Seeds.All(seed => seed == _setup.Address || (_dialled.TryGetValue(seed, out RemoteNode? node) && node.Node is { } name && _refusedBy.Contains(name)));
        if (isAlone)
        {
            Leave(context, PeerOutcome.Refused, refused.Text);
        }
    }

    /// <summary>Somebody cannot learn with this peer. Who is not who it says has said a name that is not its own, and could say endless ones.</summary>
    private void OnMisfit(ActorContext context, string peer, (string Code, string Text) refusal)
    {
        if (refusal.Code == JoinRefusalCodes.Forged)
        {
            Refuse(context, context.Headers.Origin ?? "this node", "Forged", 1, refusal.Text);
        }
        else
        {
            OnMismatch(context, peer, refusal.Text);
        }
    }

    private void OnMismatch(ActorContext context, string peer, string text)
    {
        if (_refusedBy.Add(peer))
        {
            GossipLog.Refused(context.Log, peer, text);
            _setup.Observer?.OnMember(_setup.PeerId, new MemberChange("peer", peer, MemberChangeKind.Refused, text));
        }
    }

    /// <summary>Begins a conversation, in the place of an earlier one with the same peer.</summary>
    private void Open(ActorContext context, PeerCard card, ActorRef peer, ActorRef members)
    {
        _refusedBy.Remove(card.Peer);
        if (_sessions.Find(card.Peer) is { } former)
        {
            // A peer that was restarted within its process is the same, and its actor for probes another.
            if (former.Card == card && former.Ref.Equals(peer) && former.Members.Equals(members))
            {
                return;
            }

            Close(context, former, broke: false, "it comes back as another");
        }

        PeerSession session = _sessions.Open(card, peer, members, provedName: _setup.Proofs is null ? null : card.Peer);
        context.Watch(peer);
        GossipLog.Met(context.Log, card.Peer, card.Incarnation, card.Address ?? "no port of its own");
        MemberRecord record = new(card.Peer, card.Address, card.Life, (ulong)Math.Max(1, card.Life), MemberState.Alive);
        context.Tell(_members, new MembershipActor.Meet(card.Peer, members, record));
        UpdateRoster();
        Exchange(context, new NeighbourConnected(session.Number, new Member(card.Peer, card.Incarnation), session.ProvedName));
        Exchange(context, new ExchangeDue(session.Number));
    }

    private void OnTerminated(ActorContext context, Terminated terminated)
    {
        if (_sessions.Find(terminated.Actor.Path.Node) is { } session && session.Ref.Equals(terminated.Actor))
        {
            Close(context, session, terminated.Reason != TerminationReason.Stopped, terminated.Reason.ToString());
        }
    }

    private void Close(ActorContext context, PeerSession session, bool broke, string reason)
    {
        GossipLog.SessionClosed(context.Log, session.Card.Peer, reason);
        context.Unwatch(session.Ref);
        _sessions.Close(session);
        UpdateRoster();
        Exchange(context, new NeighbourClosed(session.Number));
        context.Tell(_members, new NeighbourGone(session.Card.Peer, broke));
    }

    private void OnMember(ActorContext context, MemberChanged changed)
    {
        MemberRecord record = changed.Record;
        _known[record.Peer] = record;
        if (record.Peer == _setup.PeerId)
        {
            return;
        }

        if (record.Address is { } address)
        {
            _addresses[record.Peer] = address;
        }

        bool isHere = record.State is MemberState.Alive or MemberState.Suspect;
        Learn(context, new PresenceChanged(record.Peer, isHere));
        UpdateNeighbours();
        DialNeighbours(context);
        if (changed.Before?.State != record.State)
        {
            GossipLog.Member(context.Log, record.Peer, record.State.Word());
            MemberChangeKind kind = record.State switch
            {
                MemberState.Left => MemberChangeKind.Left,
                MemberState.Dead => MemberChangeKind.Lost,
                _ => changed.Before is null ? MemberChangeKind.Joined : MemberChangeKind.Rejoined,
            };
            _setup.Observer?.OnMember(_setup.PeerId, new MemberChange("peer", record.Peer, kind, $"it is {record.State.Word()}"));
        }
    }

    /// <summary>Whom the topology names, out of those who are here.</summary>
    private void UpdateNeighbours()
    {
        string[] here = [.. _known.Values.Where(record => record.Peer == _setup.PeerId || record.State is MemberState.Alive or MemberState.Suspect).Select(record => record.Peer).Append(_setup.PeerId).Distinct().Order(StringComparer.Ordinal)];
        _neighbours = _setup.Topology.NeighboursOf(_setup.PeerId, here);
    }

    private void DialNeighbours(ActorContext context)
    {
        foreach (string neighbour in _neighbours)
        {
            if (_sessions.Find(neighbour) is null && _addresses.TryGetValue(neighbour, out string? address) && TryParse(address) is { } parsed)
            {
                Dial(context, parsed);
            }
        }
    }

    private static TransportAddress? TryParse(string address)
    {
        try
        {
            return TransportAddress.Parse(address);
        }
        catch (FormatException)
        {
            // Another peer's mistake: it cannot be called, and may still call.
            return null;
        }
    }
}
