namespace FedActors.Scripts.Monitoring;

/// <summary>What was measured under one combination of tags.</summary>
/// <param name="bounds">Upper bounds of the buckets of a histogram, rising.</param>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly Lock _sync = new();
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _value;

    public void Add(double change)
    {
        lock (_sync)
        {
            _value += change;
        }
    }

    public void Set(double value)
    {
        lock (_sync)
        {
            _value = value;
        }
    }

    public void Record(double value)
    {
        // The first bound that is not less, as a bucket holds what is at its bound.
        int found = Array.BinarySearch(bounds, value);
        lock (_sync)
        {
            _value += value;
            _buckets[found < 0 ? ~found : found]++;
        }
    }

    /// <summary>All of it at one moment.</summary>
    public MetricPoint Read()
    {
        lock (_sync)
        {
            long count = 0;
            (double, long)[] buckets = [.. _buckets.Select((inside, i) => (i < bounds.Length ? bounds[i] : double.PositiveInfinity, count += inside))];
            return new MetricPoint(_value, count, buckets);
        }
    }
}

/// <summary>A series at one moment.</summary>
/// <param name="Value">The value, or the sum of a histogram.</param>
/// <param name="Count">How many a histogram has measured.</param>
/// <param name="Buckets">For each bound how many were no greater.</param>
internal sealed record MetricPoint(double Value, long Count, IReadOnlyList<(double Bound, long Count)> Buckets);
