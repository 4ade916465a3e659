using System.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>Replaces each update by the mean of the n - f updates nearest to it, itself among them, before another rule reduces them.</summary>
/// <remarks>
/// NNM: Allouah et al. 2023, Fixing by mixing: a recipe for optimal Byzantine ML under heterogeneity, algorithm 2. Mixing brings honest
/// updates near each other, also where sites' data differ, and leaves an attacker that is far away without a neighbour. Needs n over 2f.
/// Of updates that are equally near, the one with the lower index is taken. Weights stay with the update that was mixed.
/// </remarks>
public sealed class NearestNeighbourMixing : AggregationRule
{
    /// <summary>Its name before the rule's.</summary>
    public const string Prefix = "nnm";

    /// <summary>A mixing before a rule.</summary>
    /// <param name="attackers">f: updates that may be anything, at least 0.</param>
    /// <param name="rule">What reduces the mixed updates.</param>
    public NearestNeighbourMixing(int attackers, AggregationRule rule)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attackers);
        ArgumentNullException.ThrowIfNull(rule);
        Attackers = attackers;
        Rule = rule;
    }

    /// <summary>f: updates that may be anything.</summary>
    public int Attackers { get; }

    /// <summary>What reduces the mixed updates.</summary>
    public AggregationRule Rule { get; }

    /// <inheritdoc/>
    public override string Name => $"{Prefix}+{Rule.Name}";

    /// <inheritdoc/>
    public override int MinUpdates => Math.Max((2 * Attackers) + 1, Rule.MinUpdates);

    /// <inheritdoc/>
    public override bool NeedsReference => Rule.NeedsReference;

    /// <inheritdoc/>
    private protected override string Requirement =>
        Rule.MinUpdates >= MinUpdates ? $"as {Rule.Name} does" : $"2f + 1 for f = {Attackers} attackers: lower f, or let more workers take part";

    /// <summary>The updates that each is mixed of, in the batch's order.</summary>
    public int[][] Neighbours<T>(UpdateBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batch);
        PairwiseDistances distances = PairwiseDistances.Of(batch);
        int[][] neighbours = new int[batch.Count][];
        for (int i = 0; i < neighbours.Length; i++)
        {
            neighbours[i] = KrumScores.Lowest(distances.From(i), batch.Count - Attackers);
            Array.Sort(neighbours[i]);
        }

        return neighbours;
    }

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        int[][] neighbours = Neighbours(batch);
        ReadOnlyMemory<T>[] mixed = new ReadOnlyMemory<T>[batch.Count];
        for (int i = 0; i < mixed.Length; i++)
        {
            // Most updates have the same neighbours as an earlier one has, and then are the same.
            mixed[i] = FindEqual(neighbours, i) is { } earlier ? mixed[earlier] : Mean(batch, neighbours[i]);
        }

        Rule.Reduce(new UpdateBatch<T>(mixed, batch.Weights, batch.Reference.ToArray())).CopyTo(result);
    }

    private static int? FindEqual(int[][] neighbours, int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (neighbours[i].AsSpan().SequenceEqual(neighbours[index]))
            {
                return i;
            }
        }

        return null;
    }

    private static T[] Mean<T>(UpdateBatch<T> batch, int[] neighbours)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] mean = new T[batch.Length];
        WeightedMean.Of(batch.Pick(neighbours), weighted: false, mean);
        return mean;
    }

    /// <summary>For instance <c>nnm f 2 + median</c>.</summary>
    public override string ToString() => $"{Prefix} f {Attackers} + {Rule}";
}
