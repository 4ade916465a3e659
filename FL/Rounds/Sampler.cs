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

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Uniform, BySize, Poisson, RoundRobin];

    /// <summary>Draws a cohort.</summary>
    /// <param name="kind">One of <see cref="All"/>.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="round">The round.</param>
    /// <param name="draw">How often the round has been drawn before; each draw gives another cohort.</param>
    /// <param name="workers">Names and examples, in any order.</param>
    /// <param name="fraction">Share of the workers to ask.</param>
    /// <param name="quorum">Fewest to ask.</param>
    /// <returns>Names in ordinal order.</returns>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static string[] Draw(string kind, ulong seed, int round, int draw, IEnumerable<KeyValuePair<string, long>> workers, double fraction, int quorum)
    {
        ArgumentNullException.ThrowIfNull(workers);
        KeyValuePair<string, long>[] sorted = [.. workers.OrderBy(worker => worker.Key, StringComparer.Ordinal)];
        int size = CohortSelection.Size(sorted.Length, fraction, quorum);
        RandomStream random = RandomStream.For(seed, "cohort", draw == 0 ? "" : $"draw {draw}", round);
        switch (kind)
        {
            case Uniform:
                return CohortSelection.Draw(seed, round, draw, sorted.Select(worker => worker.Key), size);
            case BySize:
                return Lowest(sorted, worker => -PortableMath.Log(1 - random.NextDouble()) / Math.Max(worker.Value, 1), size);
            case Poisson:
                double[] coins = [.. sorted.Select(_ => random.NextDouble())];
                int asked = Math.Max(Math.Min(quorum, sorted.Length), coins.Count(coin => coin < fraction));
                int next = 0;
                return Lowest(sorted, _ => coins[next++], asked);
            case RoundRobin:
                long first = (((round - 1L) * size) + draw) % Math.Max(sorted.Length, 1);
                return [.. Enumerable.Range(0, size).Select(i => sorted[(int)((first + i) % sorted.Length)].Key).Order(StringComparer.Ordinal)];
            default:
                throw new ArgumentException($"There is no sampling '{kind}'; there are {string.Join(", ", All)}.", nameof(kind));
        }
    }

    private static string[] Lowest(KeyValuePair<string, long>[] workers, Func<KeyValuePair<string, long>, double> key, int count) =>
        [.. workers.Select(worker => (worker.Key, Value: key(worker))).OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(count).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
}
