namespace FedActors.FL.Aggregation;

/// <summary>For each coordinate the median of the updates; of an even number the mean of the two in the middle.</summary>
/// <remarks>Yin et al. 2018, definition 1. Withstands fewer than half of the updates being anything. Weights are not used.</remarks>
public sealed class CoordinateMedian : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "median";

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        int lower = (batch.Count - 1) / 2;
        int end = (batch.Count / 2) + 1;
        new SortingNetwork(batch.Count).Reduce(batch, result, (tile, stride, median) => TrimmedMean.MeanOfRows(tile, stride, lower, end, median));
    }
}
