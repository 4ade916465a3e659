namespace FedActors.FL.Attacks;

/// <summary>Trains honestly on labels turned around: c becomes classes - 1 - c.</summary>
/// <remarks>Fang et al. 2020, Local model poisoning attacks, section 6.1.</remarks>
public sealed class LabelFlip : Attack
{
    /// <inheritdoc/>
    public override string Name => "label-flip";

    /// <inheritdoc/>
    public override bool FlipsLabels => true;

    /// <inheritdoc/>
    private protected override void Craft<T>(AttackScene<T> scene, Span<T> update)
    {
        // What training on the turned labels gave is the attack.
    }
}
