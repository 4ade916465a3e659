namespace FedActors.FL.Attacks;

/// <summary>Sends its update with normal noise on every parameter.</summary>
/// <remarks>Blanchard et al. 2017, section 5. Default deviation: 10, as in Murmura.</remarks>
/// <param name="deviation">The noise's standard deviation.</param>
public sealed class GaussianNoise(double deviation = 10) : Attack
{
    /// <inheritdoc/>
    public override string Name => "gaussian";

    /// <inheritdoc/>
    private protected override void Craft<T>(AttackScene<T> scene, Span<T> update)
    {
        foreach (ref T value in update)
        {
            value += T.CreateTruncating(deviation * scene.Random.NextGaussian());
        }
    }
}
