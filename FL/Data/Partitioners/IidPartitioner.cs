using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Deals rows out at random: parts of equal size, with all classes in proportion but for chance.</summary>
public sealed class IidPartitioner : Partitioner
{
    /// <inheritdoc/>
    public override string Name => "iid";

    /// <inheritdoc/>
    private protected override int[][] Deal(LabelledRows rows, int sites, RandomStream random)
    {
        int[] order = random.Permutation(rows.Count);
        List<int>[] parts = Empty(sites);
        for (int i = 0; i < order.Length; i++)
        {
            parts[i % sites].Add(order[i]);
        }

        return ToArrays(parts);
    }
}
