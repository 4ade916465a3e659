namespace FedActors.FL.Attacks;

/// <summary>Sends its step the other way round: x - (x_i - x).</summary>
/// <remarks>Li et al. 2019, RSA, section 5.</remarks>
public sealed class SignFlip : Attack
{
    /// <inheritdoc/>
    public override string Name => "sign-flip";

    /// <inheritdoc/>
    private protected override void Craft<T>(AttackScene<T> scene, Span<T> update)
    {
        ReadOnlySpan<T> global = scene.Global.Span;
        for (int i = 0; i < update.Length; i++)
        {
            update[i] = global[i] - (update[i] - global[i]);
        }
    }
}
