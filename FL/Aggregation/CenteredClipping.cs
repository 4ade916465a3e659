using System.Globalization;
using System.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>From a centre, moves by the mean of the updates' differences from it, each shortened to at most τ; several times.</summary>
/// <remarks>
/// Karimireddy et al. 2021, Learning from history for Byzantine robust optimization, algorithm 2:
/// v = v + 1/n Σ (x_i - v) min(1, τ / ‖x_i - v‖). The first centre is the reference: the parameters that the updates started from.
/// Defaults: τ = 1 and 3 steps. Weights are not used: an attacker could claim any.
/// </remarks>
public sealed class CenteredClipping : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "centered_clipping";

    /// <summary>A centered clipping.</summary>
    /// <param name="radius">τ, over 0: the longest difference that counts whole.</param>
    /// <param name="steps">Steps, at least 1.</param>
    public CenteredClipping(double radius = 1, int steps = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Radius = radius;
        Steps = steps;
    }

    /// <summary>τ: the longest difference that counts whole.</summary>
    public double Radius { get; }

    /// <summary>Steps.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    public override bool NeedsReference => true;

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        batch.Reference.CopyTo(result);
        for (int step = 0; step < Steps; step++)
        {
            Step(batch, Radius, result);
        }
    }

    /// <summary>One step from the centre in <paramref name="point"/>, into it.</summary>
    internal static void Step<T>(UpdateBatch<T> batch, double radius, Span<T> point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] factors = new double[batch.Count];
        for (int i = 0; i < factors.Length; i++)
        {
            double distance = Math.Sqrt(RowKernels.SquaredDistance(batch.Row(i), (ReadOnlySpan<T>)point));
            factors[i] = Math.Min(1, radius / distance) / batch.Count;
        }

        RowKernels.Move(batch, factors, point);
    }

    /// <summary>For instance <c>centered_clipping radius 1 steps 3</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} radius {Radius} steps {Steps}");
}
