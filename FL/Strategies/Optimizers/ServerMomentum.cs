namespace FedActors.FL.Strategies;

/// <summary>FedAvgM: v = βv + Δ, x = x + ηv.</summary>
/// <remarks>Hsu et al. 2019, Measuring the effects of non-identical data distribution, section 4.3. Defaults: η = 1, β = 0, as in Flower.</remarks>
/// <param name="learningRate">η, over 0.</param>
/// <param name="momentum">β, from 0 to below 1.</param>
public sealed class ServerMomentum(double learningRate = 1, double momentum = 0) : ServerOptimizer
{
    /// <inheritdoc/>
    public override string Name => "momentum";

    /// <inheritdoc/>
    public override int Moments => 1;

    /// <inheritdoc/>
    private protected override double Step(double delta, ref double first, ref double second)
    {
        first = (momentum * first) + delta;
        return learningRate * first;
    }
}
