using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Deals a data set's rows out to sites, so that they differ as sites do.</summary>
/// <remarks>A partitioner is immutable. The same labels, sites and seed give the same parts on every machine.</remarks>
public abstract class Partitioner
{
    private protected Partitioner()
    {
    }

    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Deals rows out.</summary>
    /// <param name="labels">Each row's class.</param>
    /// <param name="sites">1 or more, and no more than rows.</param>
    /// <param name="seed">The deal's seed.</param>
    /// <returns>For each site its rows, ascending; every row belongs to one site, and no site is empty.</returns>
    /// <exception cref="ArgumentException">There are too few rows for so many sites, or the parts cannot be as asked; the text says what would do.</exception>
    public int[][] Partition(ReadOnlySpan<int> labels, int sites, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 1);
        if (labels.Length < sites)
        {
            throw new ArgumentException($"{labels.Length} rows cannot be dealt out to {sites} sites: ask for fewer sites.", nameof(sites));
        }

        int[][] parts = Deal(new LabelledRows(labels), sites, RandomStream.For(seed, "partition", Name));
        foreach (int[] part in parts)
        {
            Array.Sort(part);
        }

        return parts;
    }

    /// <summary>Deals rows out in any order.</summary>
    private protected abstract int[][] Deal(LabelledRows rows, int sites, RandomStream random);

    /// <summary>Cuts rows into parts whose sizes are as near to the shares as whole rows allow.</summary>
    private protected static void Cut(ReadOnlySpan<int> rows, ReadOnlySpan<double> shares, List<int>[] parts)
    {
        double sum = 0;
        int start = 0;
        for (int site = 0; site < parts.Length; site++)
        {
            sum += shares[site];
            int end = site == parts.Length - 1 ? rows.Length : Math.Clamp((int)Math.Round(sum * rows.Length), start, rows.Length);
            parts[site].AddRange(rows[start..end]);
            start = end;
        }
    }

    private protected static List<int>[] Empty(int sites) => [.. Enumerable.Range(0, sites).Select(_ => new List<int>())];

    private protected static int[][] ToArrays(List<int>[] parts) => [.. parts.Select(part => part.ToArray())];
}
