namespace FedActors.FL.Strategies;

/// <summary>Goes a part of the way, or further than it: x + ηΔ.</summary>
/// <remarks>Reddi et al. 2021, algorithm 1 with plain SGD at the server. It remembers nothing.</remarks>
/// <param name="learningRate">η, over 0.</param>
public sealed class ServerRate(double learningRate) : ServerOptimizer
{
    /// <inheritdoc/>
    public override string Name => "rate";

    /// <inheritdoc/>
    public override int Moments => 0;

    /// <inheritdoc/>
    private protected override double Step(double delta, ref double first, ref double second) => learningRate * delta;
}
