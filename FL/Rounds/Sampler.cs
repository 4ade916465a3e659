using FedActors.FL.Numerics;

namespace FedActors.FL.Rounds;

/// <summary>Draws a round's cohort in the ways that a configuration can name.</summary>
/// <remarks>A cohort depends on the seed, the round and the set of workers, never on the order in which they registered.</remarks>
public static class Sampler
{
    /// <summary>Every cohort of the size is as likely as any other.</summary>
    public const string Uniform = "uniform";

    /// <summary>Workers with more examples are likelier, without replacement (Efraimidis and Spirakis 2006).</summary>
    public const string BySize = "size";

    /// <summary>Each worker is asked or not by a coin of its own; where too few are, the nearest to it are asked too.</summary>
    public const string Poisson = "poisson";

    /// <summary>One after another in the order of names, round after round.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>Workers that trained in less time are likelier, without replacement; those that nothing is known of come first.</summary>
    public const string BySpeed = "speed";

    /// <summary>Power-of-Choice (Cho et al. 2020): twice as many candidates as are wanted, drawn by size; of these the ones with the largest training loss.</summary>
    public const string ByLoss = "loss";

    // d = 2m, the smallest choice; the paper takes more where it wants more bias.
    private const int CandidatesPerSeat = 2;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Uniform, BySize, Poisson, RoundRobin, BySpeed, ByLoss];

    /// <summary>Draws a cohort.</summary>
    /// <param name="kind">One of <see cref="All"/>.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="round">The round.</param>
    /// <param name="draw">How often the round has been drawn before; each draw gives another cohort.</param>
    /// <param name="workers">Names, examples and what is known of their training, in any order.</param>
    /// <param name="fraction">Share of the workers to ask.</param>
    /// <param name="quorum">Fewest to ask.</param>
    /// <returns>Names in ordinal order.</returns>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static string[] Draw(string kind, ulong seed, int round, int draw, IEnumerable<SamplerWorker> workers, double fraction, int quorum)
    {
        ArgumentNullException.ThrowIfNull(workers);
        if (kind == Uniform)
        {
            string[] names = [.. workers.Select(worker => worker.Name)];
            return CohortSelection.Draw(seed, round, draw, names, CohortSelection.Size(names.Length, fraction, quorum));
        }

        SamplerWorker[] sorted = [.. workers.OrderBy(worker => worker.Name, StringComparer.Ordinal)];
        int size = CohortSelection.Size(sorted.Length, fraction, quorum);
        RandomStream random = RandomStream.For(seed, "cohort", draw == 0 ? "" : $"draw {draw}", round);
        switch (kind)
        {
            case BySize:
                return Names(Lowest(sorted, worker => Waiting(ref random) / Math.Max(worker.Samples, 1), size));
            case Poisson:
                double[] coins = [.. sorted.Select(_ => random.NextDouble())];
                int asked = Math.Max(Math.Min(quorum, sorted.Length), coins.Count(coin => coin < fraction));
                int next = 0;
                return Names(Lowest(sorted, _ => coins[next++], asked));
            case RoundRobin:
                long first = (((round - 1L) * size) + draw) % Math.Max(sorted.Length, 1);
                return [.. Enumerable.Range(0, size).Select(i => sorted[(int)((first + i) % sorted.Length)].Name).Order(StringComparer.Ordinal)];
            case BySpeed:
                return Names(Lowest(sorted, worker => Waiting(ref random) * (worker.Measured?.TrainingTime.TotalSeconds ?? 0), size));
            case ByLoss:
                SamplerWorker[] candidates = Lowest(sorted, worker => Waiting(ref random) / Math.Max(worker.Samples, 1), CandidatesPerSeat * size);
                return Names(Lowest(candidates, worker => -(worker.Measured?.Loss ?? double.PositiveInfinity), size));
            default:
                throw new ArgumentException($"There is no sampling '{kind}'; there are {string.Join(", ", All)}.", nameof(kind));
        }
    }

    // The smallest of exponential waiting times, each divided by a weight, are a weighted draw without replacement.
    private static double Waiting(ref RandomStream random) => -PortableMath.Log(1 - random.NextDouble());

    private static SamplerWorker[] Lowest(SamplerWorker[] workers, Func<SamplerWorker, double> key, int count) =>
        [.. workers.Select(worker => (Worker: worker, Value: key(worker))).OrderBy(pair => pair.Value).ThenBy(pair => pair.Worker.Name, StringComparer.Ordinal).Take(count).Select(pair => pair.Worker)];

    private static string[] Names(SamplerWorker[] workers) => [.. workers.Select(worker => worker.Name).Order(StringComparer.Ordinal)];
}

/// <summary>A worker that a cohort may be drawn from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Samples">Its examples.</param>
/// <param name="Measured">What was last seen of its training; null where it has not trained yet.</param>
public sealed record SamplerWorker(string Name, long Samples, Measurement? Measured = null);
