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
        _microseconds.Sort();
        (double, double) taken = _microseconds.Count == 0
            ? (0, 0)
            : (_microseconds[_microseconds.Count / 2], _microseconds[Math.Min(_microseconds.Count - 1, _microseconds.Count * 99 / 100)]);
        _microseconds.Clear();
        return taken;
    }
}
