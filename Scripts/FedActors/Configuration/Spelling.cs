namespace FedActors.Scripts.Configuration;

/// <summary>Finds what a misspelt name was probably meant to be.</summary>
internal static class Spelling
{
    /// <summary>Longer names are not compared: the cost is the product of the lengths, and input may come from anywhere.</summary>
    private const int MaxLength = 80;

    /// <summary>The nearest candidate, if it is near enough to be a slip: within a third of the name's length.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        if (name.Length > MaxLength)
        {
            return null;
        }

        (string? nearest, int distance) = candidates
            .Select(c => ((string?)c, Distance(name.ToUpperInvariant(), c.ToUpperInvariant())))
            .OrderBy(pair => pair.Item2)
            .FirstOrDefault((null, int.MaxValue));
        return distance <= Math.Max(1, name.Length / 3) ? nearest : null;
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions, and swaps of neighbours (Boytsov 2011, section 2).</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 || j == 0 ? i + j : Step(d, a, b, i, j);
            }
        }

        return d[a.Length, b.Length];
    }

    private static int Step(int[,] d, string a, string b, int i, int j)
    {
        int cost = a[i - 1] == b[j - 1] ? 0 : 1;
        int best = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
        bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(best, d[i - 2, j - 2] + 1) : best;
    }
}
