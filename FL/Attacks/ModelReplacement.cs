namespace FedActors.FL.Attacks;

/// <summary>Sends its own model's difference so many times over that the mean becomes its model: boost · (target - x) + x.</summary>
/// <remarks>
/// Bagdasaryan et al. 2018, How to backdoor federated learning, section 4.2. The target is what training on turned labels gave; the boost
/// is the number of sites, which a single attacker needs.
/// </remarks>
public sealed class ModelReplacement : Attack
{
    /// <inheritdoc/>
    public override string Name => "model-replacement";

    /// <inheritdoc/>
    public override bool FlipsLabels => true;

    /// <inheritdoc/>
    private protected override void Craft<T>(AttackScene<T> scene, Span<T> update)
    {
        ReadOnlySpan<T> global = scene.Global.Span;
        T boost = T.CreateTruncating(scene.Clients);
        for (int i = 0; i < update.Length; i++)
        {
            update[i] = (boost * (update[i] - global[i])) + global[i];
        }
    }
}
