using System.Buffers;
using System.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>The point with the smallest weighted sum of distances to all updates, by smoothed Weiszfeld steps.</summary>
/// <remarks>
/// RFA: Pillutla et al. 2019, Robust aggregation for federated learning, algorithm 2: from the weighted mean, v = Σ β_i x_i / Σ β_i with
/// β_i = w_i / max(ν, ‖v - x_i‖). Defaults: 3 steps and ν = 1e-6, as there. Withstands attackers with less than half of the weight.
/// More steps approach the geometric median itself; they end early once a step moves less than <c>tolerance</c> times the point's norm.
/// </remarks>
public sealed class GeometricMedian : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "geometric_median";

    private readonly bool _weighted;
    private readonly double _tolerance;

    /// <summary>A geometric median.</summary>
    /// <param name="steps">Weiszfeld steps, at least 1.</param>
    /// <param name="smoothing">ν, over 0: distances below it count as it.</param>
    /// <param name="weighted">Whether updates are weighed by their examples.</param>
    /// <param name="tolerance">Relative length of a step that ends the search; 0 for all steps.</param>
    public GeometricMedian(int steps = 3, double smoothing = 1e-6, bool weighted = true, double tolerance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(smoothing);
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        Steps = steps;
        Smoothing = smoothing;
        _weighted = weighted;
        _tolerance = tolerance;
    }

    /// <summary>Weiszfeld steps at most.</summary>
    public int Steps { get; }

    /// <summary>ν: distances below it count as it.</summary>
    public double Smoothing { get; }

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        WeightedMean.Of(batch, _weighted, result);
        T[] rented = ArrayPool<T>.Shared.Rent(result.Length);
        T[] factors = new T[batch.Count];
        try
        {
            Span<T> next = rented.AsSpan(0, result.Length);
            for (int step = 0; step < Steps; step++)
            {
                ToFactors(batch, result, factors);
                next.Clear();
                RowKernels.AddScaled(batch, factors, next);
                double moved = _tolerance > 0 ? RowKernels.SquaredDistance<T>(next, result) : double.PositiveInfinity;
                next.CopyTo(result);
                if (moved <= _tolerance * _tolerance * RowKernels.SquaredDistance<T>(result, default))
                {
                    break;
                }
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    private void ToFactors<T>(UpdateBatch<T> batch, ReadOnlySpan<T> point, Span<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> inverse = batch.Count <= 256 ? stackalloc double[batch.Count] : new double[batch.Count];
        double total = 0;
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[i] = (_weighted ? batch.Weights[i] : 1) / Math.Max(Smoothing, Math.Sqrt(RowKernels.SquaredDistance(batch.Row(i), point)));
            total += inverse[i];
        }

        for (int i = 0; i < inverse.Length; i++)
        {
            factors[i] = T.CreateTruncating(inverse[i] / total);
        }
    }

    /// <summary>For instance <c>geometric_median steps 3</c>.</summary>
    public override string ToString() => $"{Name} steps {Steps}";
}
