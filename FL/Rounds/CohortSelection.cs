using FedActors.FL.Numerics;

namespace FedActors.FL.Rounds;

/// <summary>Chooses which workers a round asks.</summary>
public static class CohortSelection
{
    // Fraction times count may come out a hair over a whole number; without this margin a tenth of 30 would be 4.
    private const double RoundingMargin = 1e-9;

    /// <summary>Draws a cohort.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="round">The round.</param>
    /// <param name="draw">How often the round has been drawn before; each draw gives another cohort.</param>
    /// <param name="workers">Names to choose from, in any order.</param>
    /// <param name="size">How many; all if there are fewer.</param>
    /// <returns>Names in ordinal order. They depend on the set of workers, never on the order in which they registered.</returns>
    public static string[] Draw(ulong seed, int round, int draw, IEnumerable<string> workers, int size)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        string[] sorted = [.. workers];
        Array.Sort(sorted, StringComparer.Ordinal);
        if (size >= sorted.Length)
        {
            return sorted;
        }

        RandomStream.For(seed, "cohort", draw == 0 ? "" : $"draw {draw}", round).Shuffle(sorted.AsSpan());
        string[] cohort = sorted[..size];
        Array.Sort(cohort, StringComparer.Ordinal);
        return cohort;
    }

    /// <summary>How many workers a round asks: the fraction of those present, rounded up, and never fewer than its quorum.</summary>
    /// <param name="workers">Workers present.</param>
    /// <param name="fraction">Over 0, at most 1.</param>
    /// <param name="quorum">Fewest updates that close a round.</param>
    public static int Size(int workers, double fraction, int quorum) =>
        Math.Min(workers, Math.Max(quorum, (int)Math.Ceiling((fraction * workers) - RoundingMargin)));
}
