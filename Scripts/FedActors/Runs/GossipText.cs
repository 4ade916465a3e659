using System.Globalization;
using FedActors.FL.Gossip;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>Gossip mode in lines of text: one for each round of all peers, tables of peers, and a reporter's report.</summary>
internal static class GossipText
{
    /// <summary>The columns of <see cref="Cells"/>.</summary>
    public static readonly RoundColumns Columns = new(("round", 5), ("peers", 7), ("accuracy", 8), ("loss", 8), ("change", 8), ("means", 6), ("time", 8));

    /// <summary>The columns of <see cref="OwnCells"/>.</summary>
    public static readonly RoundColumns OwnColumns = new(("round", 5), ("models", 7), ("accuracy", 8), ("loss", 8), ("change", 8), ("mean", 12), ("time", 8));

    /// <summary>A round of all peers that have come through it: the median of their figures, and how many different means they hold.</summary>
    /// <param name="rounds">Each peer's.</param>
    /// <param name="peers">How many peers there are.</param>
    public static IReadOnlyList<string> Cells(IReadOnlyList<FL.Roles.PeerRound> rounds, int peers) =>
    [
        Invariant($"{rounds[0].Round}"),
        Invariant($"{rounds.Count}/{peers}"),
        Median(rounds.Select(r => r.EvaluationAccuracy ?? double.NaN)),
        Median(rounds.Select(r => r.EvaluationLoss ?? double.NaN)),
        Median(rounds.Select(r => r.ChangeNorm)),
        Invariant($"{rounds.Select(r => r.ParameterHash).Distinct(StringComparer.Ordinal).Count()}"),
        RoundText.Time(rounds.Max(r => r.Duration)),
    ];

    /// <summary>A round of one peer: how many peers' models are in its mean, and which mean that is.</summary>
    public static IReadOnlyList<string> OwnCells(FL.Roles.PeerRound round) =>
    [
        Invariant($"{round.Round}"),
        Invariant($"{round.Models}"),
        RoundText.Number(round.EvaluationAccuracy, "0.0000"),
        RoundText.Number(round.EvaluationLoss, "0.0000"),
        RoundText.Number(double.IsNaN(round.ChangeNorm) ? null : round.ChangeNorm, "0.0000"),
        Short(round.ParameterHash),
        RoundText.Time(round.Duration),
    ];

    /// <summary>Those whom a peer knows.</summary>
    public static void WriteViews(TextWriter output, PeerStatus status)
    {
        output.WriteLine(Invariant($"{status.Peer} knows {Counted.Of(status.Peers.Count, "peer")}, itself among them; round {status.Round} of {status.MaxRounds}, mean {Short(status.ParameterHash)} of {Counted.Of(status.Models, "model")}"));
        var table = new TextTable("peer", "state", "address", "link", ">round", ">incarnation", ">version", ">samples", ">silent for", "model");
        foreach (PeerView view in status.Peers)
        {
            table.Add(
                view.Peer,
                GossipJson.State(view.State),
                view.Address ?? "-",
                LinkOf(status, view) switch
                {
                    PeerLink.Self => "itself",
                    PeerLink.Connected => "connected",
                    PeerLink.Broken => "not connected",
                    PeerLink.Spare => "no neighbour",
                    _ => "through others",
                },
                Invariant($"{view.Round}"),
                view.Incarnation == 0 ? "-" : Invariant($"{view.Incarnation}"),
                view.Incarnation == 0 ? "-" : Invariant($"{view.Sequence}"),
                Invariant($"{view.Samples:N0}"),
                view.Peer == status.Peer ? "-" : RoundText.Time(view.Silence),
                view.IsDone ? "final" : view.IsFresh ? "fresh" : view.Incarnation == 0 ? "none" : "too old");
        }

        table.Write(output);
        foreach (RefusalCount refused in status.Refused)
        {
            output.WriteLine(Invariant($"refused {Counted.Of(refused.Count, "time")} from {refused.From}: {RefusalWords.Of(refused.Reason)}"));
        }
    }

    /// <summary>A reporter's report.</summary>
    public static void WriteReport(TextWriter output, NetworkReport report)
    {
        string rounds = report.GlobalRound == report.HighestRound ? Invariant($"{report.GlobalRound}") : Invariant($"{report.GlobalRound} to {report.HighestRound}");
        output.WriteLine(Invariant($"{report.At.ToUniversalTime():HH:mm:ss}Z  global round {rounds}   active peers {report.ActivePeers} of {report.Peers.Count}   gossip messages {report.Messages:N0}{(report.IsAgreed ? "   all agree" : string.Empty)}"));
        if (report.Peers.Count == 0)
        {
            return;
        }

        var table = new TextTable("  peer", "phase", ">round", ">accuracy", ">change", ">models", "mean", ">messages", ">heard ago");
        foreach (ReportedPeer peer in report.Peers)
        {
            PeerStatus status = peer.Status;
            table.Add(
                $"  {status.Peer}",
                peer.IsActive ? GossipJson.Phase(status.Phase) : "silent",
                Invariant($"{status.Round}/{status.MaxRounds}"),
                RoundText.Number(status.Accuracy, "0.0000"),
                RoundText.Number(double.IsNaN(status.ChangeNorm) ? null : status.ChangeNorm, "0.0000"),
                Invariant($"{status.Models}"),
                Short(status.ParameterHash),
                Invariant($"{status.Sent:N0}"),
                RoundText.Time(peer.Silence));
        }

        table.Write(output);
    }

    /// <summary>How one peer is linked with another, as it says itself.</summary>
    /// <param name="status">The one.</param>
    /// <param name="view">The other, as the one sees it.</param>
    public static PeerLink LinkOf(PeerStatus status, PeerView view) => view switch
    {
        _ when view.Peer == status.Peer => PeerLink.Self,
        { State: MemberState.Dead or MemberState.Left } => PeerLink.Gone,
        { IsNeighbour: true } => view.IsConnected ? PeerLink.Connected : PeerLink.Broken,
        _ => view.IsConnected ? PeerLink.Spare : PeerLink.Indirect,
    };

    /// <summary>As much of a hash as a person compares.</summary>
    public static string Short(string? hash) => hash is { Length: > 12 } ? hash[..12] : hash ?? "-";

    private static string Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Where(f => !double.IsNaN(f)).Order()];
        return sorted.Length == 0 ? "-" : RoundText.Number(sorted[sorted.Length / 2], "0.0000");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
