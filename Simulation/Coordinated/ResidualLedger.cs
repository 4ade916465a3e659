using FedActors.FL.Compression;
using FedActors.FL.Models;

namespace FedActors.Simulation.Coordinated;

/// <summary>Works out again what each worker's update was to a provider under a compression, and what it left unsent.</summary>
/// <remarks>
/// A worker's residual moves on with the rounds that count it and with nothing else; it is lost where its disk says so. Where two machines
/// trained a round under one name, each keeps what its own update left, and nobody tells them whose has counted.
/// </remarks>
internal sealed class ResidualLedger(CompressionPipeline pipeline, ulong seed)
{
    private readonly Dictionary<string, SortedDictionary<int, IReadOnlyList<double[]>>> _left = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Worker, int Round, int Settled), (bool Found, bool Lost)> _seen = [];

    /// <summary>A worker compressed an update.</summary>
    public void OnCompressed(string worker, int round, int settled, bool found)
    {
        (bool, bool) before = _seen.GetValueOrDefault((worker, round, settled));
        _seen[(worker, round, settled)] = (before.Item1 | found, before.Item2 | !found);
    }

    /// <summary>What a provider can have of a worker's training, each with what it leaves: one, or more where a machine that had lost its disk also spoke for the worker.</summary>
    public IReadOnlyList<(float[] Update, double[] Left)> Outcomes(string worker, string site, int round, ParameterVector given, ParameterVector trained)
    {
        (int settled, IReadOnlyList<double[]> residuals) = _left.TryGetValue(worker, out SortedDictionary<int, IReadOnlyList<double[]>>? known) && known.Count > 0 ? (known.Keys.Last(), known[known.Keys.Last()]) : (0, [[]]);
        (bool found, bool lost) = _seen.GetValueOrDefault((worker, round, settled), (true, false));
        if (pipeline.IsNone)
        {
            return [(trained.Values.ToArray(), [])];
        }

        List<(float[], double[])> outcomes = [];
        foreach (double[] residual in found ? residuals : [])
        {
            outcomes.Add(Compress(site, round, given, trained, residual));
        }

        if (lost)
        {
            outcomes.Add(Compress(site, round, given, trained, []));
        }

        return outcomes;
    }

    /// <summary>A round counted a worker.</summary>
    /// <param name="worker">Which.</param>
    /// <param name="round">The round.</param>
    /// <param name="left">What its machines can have kept as left unsent.</param>
    public void Settle(string worker, int round, IReadOnlyList<double[]> left)
    {
        _left.TryAdd(worker, []);
        _left[worker][round] = left;
    }

    /// <summary>Later rounds are gone.</summary>
    public void Truncate(int rounds)
    {
        foreach (SortedDictionary<int, IReadOnlyList<double[]>> left in _left.Values)
        {
            foreach (int round in left.Keys.Where(round => round > rounds).ToArray())
            {
                left.Remove(round);
            }
        }
    }

    private (float[] Update, double[] Left) Compress(string site, int round, ParameterVector given, ParameterVector trained, double[] residual)
    {
        UpdateOrigin origin = new(seed, site, round);
        byte[] body = pipeline.Encode(ErrorFeedback.Update(given.Values, trained.Values, residual), given.Layout, origin);
        if (!pipeline.TryDecode(body, given.Layout, origin, out float[]? update, out string? fault))
        {
            throw new InvalidOperationException(fault);
        }

        ErrorFeedback.Reconstruct(given.Values, update);
        return (update, pipeline.LeavesResidual ? ErrorFeedback.Residual(trained.Values, update, residual) : []);
    }
}
