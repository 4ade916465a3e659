using System.Globalization;
using FedActors.FL.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>Gives sites with a larger loss more say, the more so the larger q is.</summary>
/// <remarks>
/// Li et al. 2020, Fair resource allocation in federated learning, algorithm 2: x - Σ Δ_i / Σ h_i with Δ_i = F_i^q L (x - x_i) and
/// h_i = q F_i^(q-1) ‖L (x - x_i)‖² + L F_i^q, where F_i is a site's loss at x and L is one over the sites' learning rate.
/// Defaults: q = 0.1, as in Flower; q = 0 is the mean. Weights are not used: the loss is what counts.
/// </remarks>
public sealed class QFedAvg : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "qfedavg";

    /// <summary>Losses below it count as it: a power of nothing is not defined.</summary>
    private const double LeastLoss = 1e-10;

    /// <summary>A q-FedAvg.</summary>
    /// <param name="q">At least 0.</param>
    /// <param name="learningRate">The sites' learning rate, over 0.</param>
    public QFedAvg(double q = 0.1, double learningRate = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(q);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        (Q, Lipschitz) = (q, 1 / learningRate);
    }

    /// <summary>q.</summary>
    public double Q { get; }

    /// <summary>L.</summary>
    public double Lipschitz { get; }

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    public override bool NeedsReference => true;

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        if (batch.StartLosses.IsEmpty)
        {
            throw new ArgumentException("q-FedAvg needs each site's loss at the parameters that it started from.", nameof(batch));
        }

        double[] factors = new double[batch.Count];
        double curvature = 0;
        for (int i = 0; i < factors.Length; i++)
        {
            double loss = Math.Max(batch.StartLosses[i], LeastLoss);
            double square = RowKernels.SquaredDistance(batch.Row(i), batch.Reference) * Lipschitz * Lipschitz;
            factors[i] = PortableMath.Pow(loss, Q) * Lipschitz;
            curvature += (Q * PortableMath.Pow(loss, Q - 1) * square) + factors[i];
        }

        foreach (ref double factor in factors.AsSpan())
        {
            factor /= curvature;
        }

        batch.Reference.CopyTo(result);
        RowKernels.Move(batch, factors, result);
    }

    /// <summary>For instance <c>qfedavg q 0.1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} q {Q}");
}
