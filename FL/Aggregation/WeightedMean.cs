using System.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>The mean of all updates, each weighed by its examples or all alike.</summary>
/// <remarks>
/// McMahan et al. 2017, Algorithm 1, of updates that are held anyway, row after row. A round that needs nothing but this mean uses
/// <see cref="FederatedAverage"/>, which holds none and is exact.
/// </remarks>
/// <param name="weighted">Whether updates are weighed by their examples.</param>
public sealed class WeightedMean(bool weighted = true) : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "mean";

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result) => Of(batch, weighted, result);

    /// <summary>The mean of a batch.</summary>
    internal static void Of<T>(UpdateBatch<T> batch, bool weighted, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double total = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            total += weighted ? batch.Weights[i] : 1;
        }

        T[] factors = new T[batch.Count];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = T.CreateTruncating((weighted ? batch.Weights[i] : 1) / total);
        }

        result.Clear();
        RowKernels.AddScaled(batch, factors, result);
    }
}
