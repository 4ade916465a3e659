using FedActors.FL.Numerics;

namespace FedActors.FL.Training;

/// <summary>Sums cross-entropies in nats: for each example log Σ_c exp(z_c - z_max) - (z_y - z_max).</summary>
/// <remarks>
/// The logarithms' arguments are multiplied and the logarithm is taken now and then: one multiplication an example instead of one
/// logarithm. An argument lies in [1, classes], so the product cannot overflow between two looks at it.
/// </remarks>
internal struct LossSum()
{
    private const double LargestProduct = 1e200;

    private double _product = 1;
    private double _sum = 0;

    /// <summary>Adds an example.</summary>
    /// <param name="exponentials">Σ_c exp(z_c - z_max).</param>
    /// <param name="label">z_y - z_max.</param>
    public void Add(float exponentials, float label)
    {
        _product *= exponentials;
        _sum -= label;
        if (_product > LargestProduct)
        {
            _sum += PortableMath.Log(_product);
            _product = 1;
        }
    }

    /// <summary>The sum so far; NaN after an example whose logits were not finite.</summary>
    public readonly double Total => _sum + PortableMath.Log(_product);
}
