namespace FedActors.FL.Aggregation;

/// <summary>What a <see cref="FederatedAverage"/> knows of its updates beside the sums.</summary>
/// <param name="Updates">How many there are.</param>
/// <param name="WeightHigh">The sum of their weights, its high part.</param>
/// <param name="WeightLow">Its low part.</param>
/// <param name="WeightedMagnitude">The sum of weight times largest parameter, or what is known of it: it bounds every sum.</param>
internal readonly record struct AverageTotals(int Updates, long WeightHigh, long WeightLow, double WeightedMagnitude)
{
    /// <summary>The sum of the weights.</summary>
    public double Weight => FixedPointLanes.Join(WeightHigh, WeightLow);

    /// <summary>Whether these are the weights: their sum is exact, so that one bit more or less is seen.</summary>
    public bool Weighs(ReadOnlySpan<double> weights)
    {
        (long high, long low) = (0, 0);
        foreach (double weight in weights)
        {
            (long h, long l) = FixedPointLanes.Split(weight);
            high += h;
            low += l;
        }

        return Updates == weights.Length && high == WeightHigh && low == WeightLow;
    }
}
