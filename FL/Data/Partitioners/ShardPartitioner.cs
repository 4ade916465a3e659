using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Sorts rows by class, cuts them into equal shards, and gives each site so many: a site sees few classes.</summary>
/// <remarks>McMahan et al. 2017, section 3: two shards a client.</remarks>
public sealed class ShardPartitioner : Partitioner
{
    private readonly int _shards;

    /// <summary>A partitioner by shards.</summary>
    /// <param name="shards">Shards of each site, at least 1.</param>
    public ShardPartitioner(int shards = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        _shards = shards;
    }

    /// <inheritdoc/>
    public override string Name => "shards";

    /// <inheritdoc/>
    private protected override int[][] Deal(LabelledRows rows, int sites, RandomStream random)
    {
        int count = checked(sites * _shards);
        if (count > rows.Count)
        {
            throw new ArgumentException($"{sites} sites of {_shards} shards need {count} rows; there are {rows.Count}. Ask for fewer sites or shards.");
        }

        int[] sorted = rows.InOrderOfClass();
        int[] order = random.Permutation(count);
        List<int>[] parts = Empty(sites);
        for (int i = 0; i < count; i++)
        {
            int shard = order[i];
            parts[i % sites].AddRange(sorted[(int)((long)shard * rows.Count / count)..(int)((shard + 1L) * rows.Count / count)]);
        }

        return ToArrays(parts);
    }
}
