using System.Globalization;
using FedActors.FL.Gossip;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>Gossip mode in lines of text: one for each round of all peers, tables of peers, and a reporter's report.</summary>
internal static class GossipText
{
    private static readonly int[] Widths = [5, 7, 8, 8, 8, 6, 8];

    /// <summary>The head of <see cref="Round"/>'s lines.</summary>
    public static string Header() => Line("round", "peers", "accuracy", "loss", "change", "means", "time");

    /// <summary>A round that all peers, or as many as there were, have finished: the median of their figures.</summary>
    /// <param name="rounds">Each peer's.</param>
    /// <param name="peers">How many peers there are.</param>
    public static string Round(IReadOnlyList<FL.Roles.PeerRound> rounds, int peers) => Line(
        Invariant($"{rounds[0].Round}"),
        Invariant($"{rounds.Count}/{peers}"),
        Median(rounds.Select(r => r.EvaluationAccuracy ?? double.NaN)),
        Median(rounds.Select(r => r.EvaluationLoss ?? double.NaN)),
        Median(rounds.Select(r => r.ChangeNorm)),
        Invariant($"{rounds.Select(r => r.ParameterHash).Distinct(StringComparer.Ordinal).Count()}"),
        RoundText.Time(rounds.Max(r => r.Duration)));

    /// <summary>Those whom a peer knows.</summary>
    public static void WriteViews(TextWriter output, PeerStatus status)
    {
        output.WriteLine(Invariant($"{status.Peer} knows {status.Peers.Count} peers, itself among them; round {status.Round} of {status.MaxRounds}, mean {Short(status.ParameterHash)} of {status.Models} models"));
        var table = new TextTable("peer", "state", "address", "link", ">round", ">version", ">samples", ">silent for", "model");
        foreach (PeerView view in status.Peers)
        {
            table.Add(
                view.Peer,
                view.State.ToString().ToLowerInvariant(),
                view.Address ?? "-",
                view.Peer == status.Peer ? "itself" : view.IsConnected ? "connected" : view.IsNeighbour ? "not connected" : "through others",
                Invariant($"{view.Round}"),
                view.Incarnation == 0 ? "-" : Invariant($"{view.Incarnation}.{view.Sequence}"),
                Invariant($"{view.Samples:N0}"),
                view.Peer == status.Peer ? "-" : RoundText.Time(view.Silence),
                view.IsDone ? "final" : view.IsFresh ? "fresh" : view.Incarnation == 0 ? "none" : "too old");
        }

        table.Write(output);
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

        var table = new TextTable("  peer", "phase", ">round", ">accuracy", ">change", ">models", "mean", ">messages", ">silent for");
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

    /// <summary>As much of a hash as a person compares.</summary>
    public static string Short(string? hash) => hash is { Length: > 12 } ? hash[..12] : hash ?? "-";

    private static string Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Where(f => !double.IsNaN(f)).Order()];
        return sorted.Length == 0 ? "-" : RoundText.Number(sorted[sorted.Length / 2], "0.0000");
    }

    private static string Line(params string[] cells) => string.Join("  ", cells.Select((c, i) => c.PadLeft(Widths[i])));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
