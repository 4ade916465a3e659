namespace FedActors.FL.Strategies;

/// <summary>Takes the aggregate as it is: x + Δ.</summary>
/// <remarks>McMahan et al. 2017, Algorithm 1. It remembers nothing, and the aggregate's bits are the next model's.</remarks>
public sealed class Averaging : ServerOptimizer
{
    /// <inheritdoc/>
    public override string Name => "averaging";

    /// <inheritdoc/>
    public override int Moments => 0;

    /// <inheritdoc/>
    private protected override bool TakesAggregate => true;

    /// <inheritdoc/>
    private protected override double Step(double delta, ref double first, ref double second) => delta;
}
