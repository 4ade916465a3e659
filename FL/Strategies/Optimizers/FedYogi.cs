namespace FedActors.FL.Strategies;

/// <summary>FedYogi: v = v - (1 - β₂)Δ² sign(v - Δ²).</summary>
/// <remarks>Reddi et al. 2021, algorithm 2. Defaults: η = 0.01, β₁ = 0.9, β₂ = 0.99, τ = 0.001, as in Flower.</remarks>
public sealed class FedYogi(double learningRate = 0.01, double beta1 = 0.9, double beta2 = 0.99, double tau = 1e-3)
    : AdaptiveOptimizer(learningRate, beta1, beta2, tau)
{
    /// <inheritdoc/>
    public override string Name => "yogi";

    /// <inheritdoc/>
    private protected override double Second(double second, double square) => second - ((1 - Beta2) * square * Math.Sign(second - square));
}
