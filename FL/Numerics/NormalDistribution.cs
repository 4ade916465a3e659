namespace FedActors.FL.Numerics;

/// <summary>The standard normal distribution, with the same bits on every machine.</summary>
internal static class NormalDistribution
{
    private const double SquareRootOfTwoPi = 2.5066282746310002;

    /// <summary>Farther out the distribution is 0 or 1 to the last digit.</summary>
    private const double Edge = 8.3;

    /// <summary>Φ(z).</summary>
    /// <remarks>Marsaglia 2004, Evaluating the normal distribution: 1/2 + φ(z) (z + z³/3 + z⁵/(3·5) + ...), whose terms have one sign.</remarks>
    public static double Cumulative(double z)
    {
        if (Math.Abs(z) > Edge)
        {
            return z < 0 ? 0 : 1;
        }

        double term = z;
        double sum = z;
        for (int k = 3; sum + term != sum || k == 3; k += 2)
        {
            term *= z * z / k;
            sum += term;
        }

        return 0.5 + (sum * PortableMath.Exp(-0.5 * z * z) / SquareRootOfTwoPi);
    }

    /// <summary>The z for which Φ(z) is a probability.</summary>
    /// <param name="probability">Over 0 and below 1.</param>
    public static double Quantile(double probability)
    {
        if (!(probability > 0 && probability < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability is over 0 and below 1.");
        }

        // Halving until the ends meet: it cannot miss, and nobody asks often.
        (double low, double high) = (-Edge, Edge);
        while (true)
        {
            double middle = 0.5 * (low + high);
            if (middle <= low || middle >= high)
            {
                return middle;
            }

            (low, high) = Cumulative(middle) < probability ? (middle, high) : (low, middle);
        }
    }
}
