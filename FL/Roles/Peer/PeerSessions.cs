using FedActors.Actors;
using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <summary>A peer's conversations, one for each other peer at most.</summary>
internal sealed class PeerSessions
{
    private readonly Dictionary<string, PeerSession> _byPeer = new(StringComparer.Ordinal);
    private readonly Dictionary<long, PeerSession> _byNumber = [];
    private PeerSession[]? _all;
    private long _last;

    /// <summary>All, in ordinal order of peers, as they are now: what is opened and closed later changes nothing of it.</summary>
    public IReadOnlyList<PeerSession> All => _all ??= [.. _byPeer.Values.OrderBy(session => session.Card.Peer, StringComparer.Ordinal)];

    public PeerSession? Find(string peer) => _byPeer.GetValueOrDefault(peer);

    public PeerSession? Find(long number) => _byNumber.GetValueOrDefault(number);

    /// <summary>The conversation that a message belongs to; null if its sender is nobody who was welcomed.</summary>
    public PeerSession? Of(ActorContext context) =>
        context.Sender is { } sender && Senders.IsGenuine(context) && Find(sender.Path.Node) is { } session && session.Ref.Equals(sender) ? session : null;

    public PeerSession Open(PeerCard card, ActorRef peer, ActorRef members, string? provedName)
    {
        PeerSession session = new(++_last, card, peer, members, provedName);
        _byPeer[card.Peer] = session;
        _byNumber[session.Number] = session;
        _all = null;
        return session;
    }

    public void Close(PeerSession session)
    {
        _byNumber.Remove(session.Number);
        if (_byPeer.GetValueOrDefault(session.Card.Peer) == session)
        {
            _byPeer.Remove(session.Card.Peer);
            _all = null;
        }
    }
}
