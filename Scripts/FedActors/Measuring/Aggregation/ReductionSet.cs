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

    public ReductionSet(int parameters)
    {
        _average = new FederatedAverage(new ParameterLayout(new TensorShape("x", parameters)));
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
        return
        [
            new("mean of 200", milliseconds, together, Raw("weighted_mean")),
            new("mean of 200, raw unweighted", milliseconds, together, Raw("plain_sum")),
            new("mean of 200, one by one", milliseconds, new RepeatedAction(StreamingMean, time), Raw("weighted_mean")),
            new("trimmed mean of 20", milliseconds, new RepeatedAction(() => Reduce(new TrimmedMean(), Trimmed), time), Raw("trimmed_mean")),
            new("multi-Krum of 100", milliseconds, new RepeatedAction(() => Reduce(new MultiKrum(Attackers, keep: 0), Compared), time), Raw("multi_krum")),
        ];

        RivalWorkload? Raw(string name) => numPy is null ? null : new RivalWorkload(numPy, name);
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

    private void Reduce(AggregationRule rule, int updates) => rule.Reduce(new UpdateBatch<float>(_rows[..updates], _weights.AsSpan(0, updates)));

    private static void Require(bool done, UpdateFault? fault)
    {
        if (!done)
        {
            throw new InvalidOperationException(fault?.Text);
        }
    }
}
