namespace FedActors.Scripts.Measuring;

/// <summary>Repetitions of one figure. The median is what a busy machine spoils least.</summary>
internal sealed record Spread(IReadOnlyList<double> Figures)
{
    public double Median { get; } = MedianOf(Figures);

    public double Least { get; } = Figures.Min();

    public double Most { get; } = Figures.Max();

    /// <summary>From the least to the most, as a share of the median.</summary>
    public double Width => Median == 0 ? 0 : (Most - Least) / Math.Abs(Median);

    private static double MedianOf(IReadOnlyList<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
