using System.Numerics.Tensors;
using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Scripts.Measuring.Aggregation;

/// <summary>Updates of random numbers, and what is measured on them.</summary>
internal sealed class ReductionSet
{
    /// <summary>Updates averaged; the rules that compare updates take the first of them.</summary>
    public const int Updates = 200;

    private const int Trimmed = 20;
    private const int Compared = 100;
    private const int Attackers = 20;

    private readonly FederatedAverage _average;
    private readonly ReadOnlyMemory<float>[] _rows = new ReadOnlyMemory<float>[Updates];
    private readonly double[] _weights = new double[Updates];
    private readonly long[] _high;
    private readonly long[] _low;

    public ReductionSet(int parameters)
    {
        _average = new FederatedAverage(new ParameterLayout(new TensorShape("x", parameters)));
        _high = new long[parameters];
        _low = new long[parameters];
        var random = new RandomStream(1);
        for (int i = 0; i < Updates; i++)
        {
            float[] row = new float[parameters];
            foreach (ref float value in row.AsSpan())
            {
                // Uniform from -1 to 1: no reduction's time depends on the distribution, and drawing normal numbers takes longer than all else.
                value = (float)((2 * random.NextDouble()) - 1);
            }

            (_rows[i], _weights[i]) = (row, i + 1);
        }
    }

    /// <summary>What is compared, with NumPy's side where there is one.</summary>
    public IReadOnlyList<Comparison> Comparisons(PythonRival? numPy, TimeProvider time)
    {
        Quantity[] milliseconds = [new(string.Empty, "ms", Better.Lower)];
        var together = new RepeatedAction(Mean, time);
        var streaming = new RepeatedAction(StreamingMean, time);
        return
        [
            new("mean of 200", milliseconds, together, Raw("weighted_mean")),
            new("mean of 200, raw unweighted", milliseconds, together, Raw("plain_sum")),
            new("mean of 200, raw one reading", milliseconds, together, new RepeatedAction(ReadAll, time)),
            new("mean of 200, one by one", milliseconds, streaming, Raw("weighted_mean")),
            new("mean of 200, one by one, raw sums read and written", milliseconds, streaming, new RepeatedAction(ReadAllAndSums, time)),
            new("trimmed mean of 20", milliseconds, new RepeatedAction(() => Reduce(new TrimmedMean(), Trimmed), time), Raw("trimmed_mean")),
            new("multi-Krum of 100", milliseconds, new RepeatedAction(() => Reduce(new MultiKrum(Attackers, keep: 0), Compared), time), Raw("multi_krum")),
        ];

        RivalWorkload? Raw(string name) => numPy is null ? null : new RivalWorkload(numPy, name);
    }

    /// <summary>Bytes that a streamed mean takes beside the updates themselves once so many have come.</summary>
    public long MemoryOfStream(int updates)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        FederatedAverage average = new(_average.Layout);
        for (int i = 0; i < updates; i++)
        {
            Require(average.TryHold(_rows[i], _weights[i], out UpdateFault? fault), fault);
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(average);
        return after - before;
    }

    private void Mean()
    {
        _average.Clear();
        Require(_average.TryAddAll(_rows, _weights, out UpdateFault? fault), fault);
        _average.ToMean();
    }

    private void StreamingMean()
    {
        _average.Clear();
        for (int i = 0; i < Updates; i++)
        {
            Require(_average.TryHold(_rows[i], _weights[i], out UpdateFault? fault), fault);
        }

        _average.ToMean();
    }

    // What memory alone allows: every update is read once, by all cores.
    private void ReadAll() => Parallel.For(0, Updates, i => TensorPrimitives.Sum(_rows[i].Span));

    // The same for updates that come one at a time and are summed as they come: each time the exact sums are read and written, too.
    private void ReadAllAndSums()
    {
        const int Span = 65_536;
        for (int i = 0; i < Updates; i++)
        {
            ReadOnlyMemory<float> row = _rows[i];
            Parallel.For(0, (row.Length + Span - 1) / Span, block =>
            {
                int from = block * Span;
                int count = Math.Min(Span, row.Length - from);
                TensorPrimitives.Sum(row.Span.Slice(from, count));
                TensorPrimitives.Add(_high.AsSpan(from, count), 1, _high.AsSpan(from, count));
                TensorPrimitives.Add(_low.AsSpan(from, count), 1, _low.AsSpan(from, count));
            });
        }
    }

    private void Reduce(AggregationRule rule, int updates) => rule.Reduce(new UpdateBatch<float>(_rows[..updates], _weights.AsSpan(0, updates)));

    private static void Require(bool done, UpdateFault? fault)
    {
        if (!done)
        {
            throw new InvalidOperationException(fault?.Text);
        }
    }
}
