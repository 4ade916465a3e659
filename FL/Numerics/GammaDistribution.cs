namespace FedActors.FL.Numerics;

/// <summary>Draws from gamma and Dirichlet distributions, with the same bits on every machine.</summary>
internal static class GammaDistribution
{
    // Below this, e to the power of a number is 0 in any sum that it could be a part of.
    private const double LeastExponent = -700;

    /// <summary>A gamma variate of scale 1.</summary>
    /// <param name="shape">Over 0.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <remarks>Marsaglia and Tsang 2000, A simple method for generating gamma variables; below 1 by their boost in section 6.</remarks>
    public static double Next(double shape, RandomStream random)
    {
        if (shape < 1)
        {
            double exponent = PortableMath.Log(1 - random.NextDouble()) / shape;
            return exponent < LeastExponent ? 0 : Next(shape + 1, random) * PortableMath.Exp(exponent);
        }

        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = random.NextGaussian();
            double v = 1 + (c * x);
            v = v * v * v;
            double u = 1 - random.NextDouble();
            if (v > 0 && PortableMath.Log(u) < (0.5 * x * x) + (d * (1 - v + PortableMath.Log(v))))
            {
                return d * v;
            }
        }
    }

    /// <summary>Shares that sum to 1, from a symmetric Dirichlet distribution.</summary>
    /// <param name="alpha">Over 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="random">Where chance comes from.</param>
    public static double[] Dirichlet(double alpha, int count, RandomStream random)
    {
        double[] shares = new double[count];
        double sum = 0;
        foreach (ref double share in shares.AsSpan())
        {
            share = Next(alpha, random);
            sum += share;
        }

        if (sum == 0)
        {
            // All underflowed: in the limit of a small alpha, one has everything.
            shares[random.NextInt(count)] = sum = 1;
        }

        foreach (ref double share in shares.AsSpan())
        {
            share /= sum;
        }

        return shares;
    }
}
