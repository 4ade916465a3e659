using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Rounds of peers, of which each has its own, as rounds of one run.</summary>
/// <param name="runId">The run.</param>
/// <param name="startedAt">When it began.</param>
/// <param name="peers">What each peer's store holds.</param>
/// <param name="earlier">Rounds of the run that were recorded when it was left before.</param>
internal sealed class GossipRounds(string runId, DateTimeOffset startedAt, IReadOnlyList<KeptPeer> peers, IReadOnlyList<RoundRecord> earlier)
{
    /// <summary>All rounds that are known, up to the one of a mean, which alone has parameters.</summary>
    /// <remarks>A peer's store has its last rounds only: of one that was recorded before, that record stays if more peers are in it.</remarks>
    /// <param name="mean">The mean.</param>
    /// <param name="evaluation">How it scores.</param>
    public IEnumerable<RoundRecord> Until(KeptMean mean, EvaluationRecord? evaluation) =>
        earlier.Where(round => round.Round < mean.Round).Concat(Stored(mean, evaluation))
            .GroupBy(round => round.Round)
            .Select(same => same.Reverse().MaxBy(round => round.Participants.Count)!)
            .OrderBy(round => round.Round);

    private IEnumerable<RoundRecord> Stored(KeptMean mean, EvaluationRecord? evaluation)
    {
        DateTimeOffset before = startedAt;
        foreach (IGrouping<int, (string Peer, PeerMetrics Metrics)> round in peers
            .SelectMany(p => p.Rounds.Select(m => (p.Peer, Metrics: m)))
            .Where(m => m.Metrics.Round <= mean.Round)
            .GroupBy(m => m.Metrics.Round)
            .OrderBy(g => g.Key))
        {
            RoundRecord record = Record(round.Key, [.. round.OrderBy(m => m.Peer, StringComparer.Ordinal)], before, evaluation?.Samples ?? 0);
            before = record.CommittedAt;
            yield return round.Key < mean.Round ? record : record with { Parameters = mean.Parameters.ToBytes(), ParameterHash = mean.Parameters.Hash(), Evaluation = evaluation };
        }
    }

    /// <summary>Where peers held different means, the median of their figures stands, and the hash that most of them had.</summary>
    private RoundRecord Record(int round, (string Peer, PeerMetrics Metrics)[] of, DateTimeOffset before, long evaluated)
    {
        DateTimeOffset at = of.Max(m => m.Metrics.At);
        PeerMetrics[] scored = [.. of.Select(m => m.Metrics).Where(m => m.EvaluationAccuracy is not null)];
        ParticipantRecord[] participants = [.. of.Select(m => new ParticipantRecord(m.Peer, Samples(m.Peer), m.Metrics.Loss, m.Metrics.Accuracy, TimeSpan.Zero))];
        return new RoundRecord(
            runId, round, Parameters: null, of.GroupBy(m => m.Metrics.ParameterHash).MaxBy(g => g.Count())!.Key, Median(of.Select(m => m.Metrics.ChangeNorm)),
            Weighted(participants, p => p.Loss), Weighted(participants, p => p.Accuracy),
            scored.Length == 0 ? null : new EvaluationRecord(evaluated, Median(scored.Select(m => m.EvaluationAccuracy!.Value)), Median(scored.Select(m => m.EvaluationLoss ?? double.NaN)), [], []),
            participants, Refusals: [], Cohort: [.. peers.Select(p => p.Peer)], Attempts: 1,
            new RoundTimings(at > before ? at - before : TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), BytesSent: 0, BytesReceived: 0, at);
    }

    private long Samples(string peer) => peers.SelectMany(p => p.Mean?.Plan.Sites ?? []).FirstOrDefault(s => s.Site == peer)?.Samples ?? 0;

    private static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Where(f => !double.IsNaN(f)).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    private static double Weighted(ParticipantRecord[] participants, Func<ParticipantRecord, double> figure)
    {
        ParticipantRecord[] known = [.. participants.Where(p => p.Samples > 0 && !double.IsNaN(figure(p)))];
        return known.Length == 0 ? double.NaN : known.Sum(p => p.Samples * figure(p)) / known.Sum(p => p.Samples);
    }
}
