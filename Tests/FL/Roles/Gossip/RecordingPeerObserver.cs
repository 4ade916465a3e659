using System.Collections.Concurrent;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Keeps all that peers tell.</summary>
internal sealed class RecordingPeerObserver : IPeerObserver
{
    public ConcurrentQueue<PeerRound> Rounds { get; } = new();

    public ConcurrentQueue<PeerStatus> Statuses { get; } = new();

    public ConcurrentQueue<(string At, MemberChange Change)> Members { get; } = new();

    public ConcurrentQueue<(string At, string Text)> Troubles { get; } = new();

    public void OnRound(PeerRound round) => Rounds.Enqueue(round);

    public void OnStatus(PeerStatus status) => Statuses.Enqueue(status);

    public void OnMember(string peer, MemberChange change) => Members.Enqueue((peer, change));

    public void OnTrouble(string peer, string text) => Troubles.Enqueue((peer, text));
}
