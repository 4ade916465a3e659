using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Crdt;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <content>Telling people and reporters.</content>
internal sealed partial class PeerActor
{
    private void Report(ActorContext context)
    {
        GossipState state = new(ToStatus(context));
        foreach (TransportAddress address in _setup.Reporters)
        {
            RemoteNode reporter = context.System.Remote.Connect(address);
            if (reporter.IsConnected)
            {
                reporter.ActorOf(GossipRoles.ReporterName).TryTell(state, context.Self);
            }
        }
    }

    private PeerStatus ToStatus(ActorContext context) => new()
    {
        Peer = _setup.PeerId,
        Incarnation = _journal.Incarnation,
        Life = _life,
        Phase = _learning.Phase,
        Round = _learning.Round,
        MaxRounds = _setup.Options.Rounds,
        ChangeNorm = _change,
        ParameterHash = _learning.MeanHash,
        Models = _learning.MeanPeers.Count,
        Accuracy = _mean?.Metrics?.Accuracy,
        Loss = _mean?.Metrics?.Loss,
        IsSettled = _learning.Settled is not null,
        IsAgreed = _learning.Agreed is not null,
        RootHash = _journal.State.RootHash.ToString(),
        Publications = (long)Int128.Clamp(_journal.State.Counter.Value, 0, long.MaxValue),
        Sent = _sent,
        Received = _received,
        Refusals = _refused.Total,
        Refused = context.System.Remote.Refused is > 0 and long refused ? [.. _refused.ToCounts(), new RefusalCount("connections", "Refused", refused)] : _refused.ToCounts(),
        Equivocations = _equivocations,
        Peers = ToViews(Now(context)),
    };

    private PeerView[] ToViews(long now)
    {
        List<string> names = [_setup.PeerId];
        foreach (string peer in _known.Keys)
        {
            if (peer != _setup.PeerId && IsListed(peer))
            {
                names.Add(peer);
            }
        }

        names.Sort(StringComparer.Ordinal);
        PeerView[] views = new PeerView[names.Count];
        for (int i = 0; i < views.Length; i++)
        {
            views[i] = ToView(names[i], now);
        }

        return views;
    }

    private PeerView ToView(string peer, long now)
    {
        bool isSelf = peer == _setup.PeerId;
        MemberRecord? record = _known.GetValueOrDefault(peer);
        ModelEntry? model = _learning.ModelOf(peer);
        TimeSpan silence = isSelf ? TimeSpan.Zero : TimeSpan.FromMilliseconds(now - (_learning.LastSignOf(peer) ?? now));
        return new PeerView(
            peer, isSelf ? MemberState.Alive : record!.State, isSelf ? _setup.Address?.ToString() : record?.Address, _neighbours.Contains(peer), isSelf || _sessions.Find(peer) is not null,
            model?.Version.Incarnation ?? 0, model?.Version.Sequence ?? 0, model?.Round ?? 0, model?.Samples ?? 0, silence, _learning.IsFresh(peer, now), _learning.IsDone(peer));
    }
}
