namespace FedActors.FL.Strategies;

/// <summary>What FedAdagrad, FedAdam and FedYogi share: m = β₁m + (1 - β₁)Δ, x = x + ηm / (√v + τ). They differ in v.</summary>
/// <remarks>Reddi et al. 2021, Adaptive federated optimization, algorithm 2. m begins with 0 and v with τ², and neither is corrected for that.</remarks>
public abstract class AdaptiveOptimizer : ServerOptimizer
{
    private protected AdaptiveOptimizer(double learningRate, double beta1, double beta2, double tau)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tau);
        (LearningRate, Beta1, Beta2, Tau) = (learningRate, Fraction(beta1, nameof(beta1)), Fraction(beta2, nameof(beta2)), tau);
    }

    /// <summary>η.</summary>
    public double LearningRate { get; }

    /// <summary>β₁.</summary>
    public double Beta1 { get; }

    /// <summary>β₂.</summary>
    public double Beta2 { get; }

    /// <summary>τ: how adaptive the step is; the smaller, the more.</summary>
    public double Tau { get; }

    /// <inheritdoc/>
    public override int Moments => 2;

    /// <inheritdoc/>
    private protected override double InitialValue(int moment) => moment == 0 ? 0 : Tau * Tau;

    /// <inheritdoc/>
    private protected override double Step(double delta, ref double first, ref double second)
    {
        first = (Beta1 * first) + ((1 - Beta1) * delta);
        second = Second(second, delta * delta);
        return LearningRate * first / (Math.Sqrt(second) + Tau);
    }

    /// <summary>The next v.</summary>
    private protected abstract double Second(double second, double square);

    private static double Fraction(double value, string name) =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A decay is from 0 to below 1.");
}
