using FedActors.Actors;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>Watches a network of peers and tells of it. It answers nobody but those who ask for its report, and controls nothing.</summary>
internal sealed class ReporterActor(ReporterSetup setup) : Actor
{
    /// <summary>A peer that was silent for this many report intervals is not counted as active.</summary>
    private const int ActiveIntervals = 3;

    private readonly SortedDictionary<string, Heard> _peers = new(StringComparer.Ordinal);

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        context.Timers.StartPeriodic("report", setup.ReportInterval, new ReportDue());
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case GossipState state when Senders.IsGenuine(context) && context.Sender?.Path.Node == state.Status.Peer:
                Hear(context, state.Status, context.Sender);
                break;
            case Terminated gone:
                OnGone(gone);
                break;
            case NetworkReportRequest:
                context.Respond(new NetworkReportReply(ToReport(context)));
                break;
            case ReportDue:
                NetworkReport report = ToReport(context);
                GossipLog.Report(context.Log, setup.ReporterId, report.GlobalRound, report.HighestRound, report.ActivePeers, report.Messages);
                setup.Observer?.OnReport(report);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private void Hear(ActorContext context, PeerStatus status, ActorRef peer)
    {
        if (_peers.TryGetValue(status.Peer, out Heard? heard) || _peers.Count < MembershipMachine.MaxMembers)
        {
            if (heard is null || !peer.Equals(heard.Watched))
            {
                context.Watch(peer);
            }

            _peers[status.Peer] = new Heard(status, peer, context.Time.GetTimestamp(), (heard?.States ?? 0) + 1);
        }
    }

    /// <summary>A peer that has left in order is no part of the network any more. One that was lost stays in the report, as silent: somebody should look after it.</summary>
    private void OnGone(Terminated gone)
    {
        string peer = gone.Actor.Path.Node;
        if (!_peers.TryGetValue(peer, out Heard? heard) || !gone.Actor.Equals(heard.Watched))
        {
            return;
        }

        if (gone.Reason == TerminationReason.Stopped)
        {
            _peers.Remove(peer);
        }
        else
        {
            _peers[peer] = heard with { Watched = null };
        }
    }

    private NetworkReport ToReport(ActorContext context)
    {
        ReportedPeer[] peers = [.. _peers.Values.Select(heard =>
        {
            TimeSpan silence = context.Time.GetElapsedTime(heard.At);
            return new ReportedPeer(heard.Status, silence, heard.States, silence <= ActiveIntervals * setup.ReportInterval);
        })];
        PeerStatus[] active = [.. peers.Where(peer => peer.IsActive).Select(peer => peer.Status)];
        bool isAgreed = active.Length > 0 && active.All(status => status.IsSettled && status.ParameterHash == active[0].ParameterHash);
        return new NetworkReport(
            context.Time.GetUtcNow(), active.Length == 0 ? 0 : active.Min(status => status.Round), active.Length == 0 ? 0 : active.Max(status => status.Round),
            active.Sum(status => status.Sent), active.Length, isAgreed, peers);
    }

    private sealed record ReportDue;

    /// <param name="Status">What it said last.</param>
    /// <param name="Watched">Its actor; null once that is out of reach.</param>
    /// <param name="At">When it said so.</param>
    /// <param name="States">How often it was heard.</param>
    private sealed record Heard(PeerStatus Status, ActorRef? Watched, long At, long States);
}
