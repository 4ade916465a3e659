using System.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>The mean of the m updates with the lowest Krum scores.</summary>
/// <remarks>
/// Blanchard et al. 2017, section 4 and the full paper's section 6. Withstands f attackers where n is at least 2f + 3.
/// Defaults: f = 0 and m = 1, as in Flower; the paper proposes m = n - f.
/// </remarks>
public class MultiKrum : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "multi_krum";

    private readonly bool _weighted;

    /// <summary>A multi-Krum.</summary>
    /// <param name="attackers">f: updates that may be anything, at least 0.</param>
    /// <param name="keep">m: updates averaged, at least 1; 0 for n - f.</param>
    /// <param name="weighted">Whether the kept updates are weighed by their examples.</param>
    public MultiKrum(int attackers = 0, int keep = 1, bool weighted = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attackers);
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        Attackers = attackers;
        Keep = keep;
        _weighted = weighted;
    }

    /// <summary>f: updates that may be anything.</summary>
    public int Attackers { get; }

    /// <summary>m: updates averaged; 0 for n - f.</summary>
    public int Keep { get; }

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    public override int MinUpdates => Math.Max((2 * Attackers) + 3, Keep);

    /// <inheritdoc/>
    private protected override string Requirement =>
        MinUpdates == Keep ? $"it keeps {Keep}" : $"2f + 3 for f = {Attackers} attackers: lower f, or let more workers take part";

    /// <summary>Which updates are kept, lowest score first.</summary>
    public int[] Select<T>(UpdateBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batch);
        return KrumScores.Lowest(Scores(batch), Keep == 0 ? batch.Count - Attackers : Keep);
    }

    /// <summary>The score of each update.</summary>
    public double[] Scores<T>(UpdateBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batch);
        return KrumScores.OfAll(PairwiseDistances.Of(batch), Attackers);
    }

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        int[] kept = Select(batch);

        // Summed in the batch's order, so that the mean does not depend on how scores that are nearly equal compare.
        Array.Sort(kept);
        WeightedMean.Of(batch.Pick(kept), _weighted, result);
    }

    /// <summary>For instance <c>multi_krum f 2 keep 8</c>.</summary>
    public override string ToString() => $"{Name} f {Attackers} keep {(Keep == 0 ? "n-f" : Keep)}";
}
