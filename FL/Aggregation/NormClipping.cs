using System.Globalization;

namespace FedActors.FL.Aggregation;

/// <summary>The mean of the updates, each difference from the reference shortened to at most a given norm.</summary>
/// <remarks>
/// Sun et al. 2019, Can you really backdoor federated learning?, section 4: x + 1/n Σ (x_i - x) min(1, C / ‖x_i - x‖).
/// Default C: 1. One step of <see cref="CenteredClipping"/>. Weights are not used: an attacker could claim any.
/// </remarks>
public sealed class NormClipping : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "norm_clipping";

    /// <summary>A norm clipping.</summary>
    /// <param name="maxNorm">C, over 0: the longest difference that counts whole.</param>
    public NormClipping(double maxNorm = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        MaxNorm = maxNorm;
    }

    /// <summary>C: the longest difference that counts whole.</summary>
    public double MaxNorm { get; }

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    public override bool NeedsReference => true;

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        batch.Reference.CopyTo(result);
        CenteredClipping.Step(batch, MaxNorm, result);
    }

    /// <summary>For instance <c>norm_clipping max-norm 1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} max-norm {MaxNorm}");
}
