using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Gives each site k classes, and deals each class's rows out evenly among the sites that have it.</summary>
/// <remarks>Li et al. 2022, section III-A: #C = k. Every class has a site, and classes have as equal numbers of sites as can be.</remarks>
public sealed class ClassesPartitioner : Partitioner
{
    private readonly int _classes;

    /// <summary>A partitioner by classes.</summary>
    /// <param name="classes">k: classes of each site, at least 1.</param>
    public ClassesPartitioner(int classes = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _classes = classes;
    }

    /// <inheritdoc/>
    public override string Name => "classes";

    /// <inheritdoc/>
    private protected override int[][] Deal(LabelledRows rows, int sites, RandomStream random)
    {
        if (_classes > rows.Classes)
        {
            throw new ArgumentException($"A site cannot have {_classes} classes of {rows.Classes}: ask for fewer classes a site.");
        }

        // No site has a class without a row of it, which also keeps the number of pairs an int.
        long pairs = (long)sites * _classes;
        if (pairs > rows.Count)
        {
            throw new ArgumentException($"{rows.Count} rows cannot give {sites} sites {_classes} classes each: ask for fewer sites or classes a site.");
        }

        if (pairs < rows.Classes)
        {
            throw new ArgumentException($"{sites} sites of {_classes} classes leave some of {rows.Classes} classes to nobody: ask for more sites or classes a site.");
        }

        // A row of classes without gaps: k in a row are different, and each class comes as often as the others.
        int[] order = random.Permutation(rows.Classes);
        int[] seats = random.Permutation(sites);
        List<int>[] holders = Empty(rows.Classes);
        for (int i = 0; i < pairs; i++)
        {
            holders[order[i % rows.Classes]].Add(seats[i / _classes]);
        }

        List<int>[] parts = Empty(sites);
        for (int label = 0; label < rows.Classes; label++)
        {
            int[] same = rows.Shuffled(label, random);
            if (same.Length < holders[label].Count)
            {
                throw new ArgumentException($"{same.Length} rows of a class cannot be dealt out to {holders[label].Count} sites: ask for fewer sites or classes a site.");
            }

            for (int i = 0; i < same.Length; i++)
            {
                parts[holders[label][i % holders[label].Count]].Add(same[i]);
            }
        }

        return ToArrays(parts);
    }
}
