using System.Globalization;

namespace FedActors.FL.Attacks;

/// <summary>IPM: sends the honest mean step times a negative number, so that the aggregate turns against it.</summary>
/// <remarks>Xie et al. 2019, Fall of empires: x - ε · mean(x_i - x). Small ε hides among the honest, large ε overturns the mean.</remarks>
/// <param name="epsilon">ε, over 0.</param>
public sealed class InnerProduct(double epsilon) : Attack
{
    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"ipm-{epsilon}");

    /// <inheritdoc/>
    private protected override void Craft<T>(AttackScene<T> scene, Span<T> update)
    {
        ReadOnlySpan<T> global = scene.Global.Span;
        for (int i = 0; i < update.Length; i++)
        {
            double x = double.CreateTruncating(global[i]);
            update[i] = T.CreateTruncating(x - (epsilon * (scene.Mean(i) - x)));
        }
    }
}
