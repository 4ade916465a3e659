namespace FedActors.Scripts.Measuring.Transport;

/// <summary>How long each of many answers took.</summary>
internal sealed class Latencies(TimeProvider time)
{
    private readonly List<double> _microseconds = new(100_000);

    /// <summary>Notes an answer to what was asked at a timestamp.</summary>
    public void Add(long asked) => _microseconds.Add(time.GetElapsedTime(asked).TotalMicroseconds);

    /// <returns>The median, and what 99 of 100 stay below, in microseconds.</returns>
    public (double Median, double Most) Take()
    {
        double[] all = TakeAll();
        return (Percentile(all, 50), Percentile(all, 99));
    }

    /// <returns>All of them in microseconds, from the shortest.</returns>
    public double[] TakeAll()
    {
        double[] all = [.. _microseconds.Order()];
        _microseconds.Clear();
        return all;
    }

    /// <summary>What so many of a hundred stay below; 0 if there are none.</summary>
    /// <param name="sorted">Figures, from the least.</param>
    /// <param name="percent">How many.</param>
    public static double Percentile(double[] sorted, int percent) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
