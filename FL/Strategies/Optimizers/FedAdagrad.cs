namespace FedActors.FL.Strategies;

/// <summary>FedAdagrad: v = v + Δ².</summary>
/// <remarks>Reddi et al. 2021, algorithm 2. Defaults: η = 0.1, β₁ = 0, τ = 0.001, as in Flower.</remarks>
public sealed class FedAdagrad(double learningRate = 0.1, double beta1 = 0, double tau = 1e-3) : AdaptiveOptimizer(learningRate, beta1, 0, tau)
{
    /// <inheritdoc/>
    public override string Name => "adagrad";

    /// <inheritdoc/>
    private protected override double Second(double second, double square) => second + square;
}
