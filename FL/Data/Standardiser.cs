using System.Runtime.Intrinsics;
using FedActors.FL.Data.OnDemand;

namespace FedActors.FL.Data;

/// <summary>Brings each feature to mean 0 and standard deviation 1: (x - mean) / scale.</summary>
/// <remarks>Computed in float64 and rounded once to float32, so that the same numbers give the same bits everywhere.</remarks>
public sealed class Standardiser
{
    private readonly double[] _means;
    private readonly double[] _scales;

    /// <summary>A standardiser over buffers that it takes ownership of.</summary>
    /// <param name="means">A finite number for each feature.</param>
    /// <param name="scales">As many finite numbers over 0.</param>
    /// <exception cref="ArgumentException">The text of <see cref="FindFault"/>.</exception>
    public Standardiser(double[] means, double[] scales)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(scales);
        if (FindFault(means, scales) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        _means = means;
        _scales = scales;
    }

    /// <summary>Features.</summary>
    public int Features => _means.Length;

    /// <summary>What is taken off each feature.</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>What each feature is then divided by.</summary>
    public ReadOnlySpan<double> Scales => _scales;

    /// <summary>Says what is wrong with numbers that came from elsewhere, or null.</summary>
    public static string? FindFault(ReadOnlySpan<double> means, ReadOnlySpan<double> scales)
    {
        if (means.Length != scales.Length || means.IsEmpty)
        {
            return $"A standardiser has a mean and a scale for each feature, not {means.Length} means and {scales.Length} scales.";
        }

        for (int i = 0; i < means.Length; i++)
        {
            if (!double.IsFinite(means[i]) || !double.IsFinite(scales[i]) || scales[i] <= 0)
            {
                return $"Feature {i} has mean {means[i]} and scale {scales[i]}; both must be finite and the scale over 0.";
            }
        }

        return null;
    }

    /// <summary>A new data set with standardised features; one that is read as it is needed is standardised as it is read.</summary>
    /// <exception cref="ArgumentException">The data have another number of features.</exception>
    public DataSet Apply(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Features != Features)
        {
            throw new ArgumentException($"The standardiser has {Features} features, the data {data.Features}.", nameof(data));
        }

        if (!data.IsInMemory)
        {
            return data.With(rows => new StandardisedRows(rows, this));
        }

        float[] target = new float[data.Values.Length];
        Apply(data.Values, target);
        return new DataSet(data.Features, data.Classes, target, data.Labels.ToArray());
    }

    /// <summary>Standardises rows, each as long as there are features.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="target">As long; it may be the same memory.</param>
    internal void Apply(ReadOnlySpan<float> source, Span<float> target)
    {
        for (int row = 0; row < source.Length; row += Features)
        {
            ApplyRow(source.Slice(row, Features), target.Slice(row, Features));
        }
    }

    // Each step is rounded by itself, so that the vectors' width changes no bit.
    private void ApplyRow(ReadOnlySpan<float> source, Span<float> target)
    {
        int feature = 0;
        for (; feature <= source.Length - Vector256<float>.Count; feature += Vector256<float>.Count)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(source[feature..]));
            low = (low - Vector256.Create(_means.AsSpan(feature))) / Vector256.Create(_scales.AsSpan(feature));
            high = (high - Vector256.Create(_means.AsSpan(feature + Vector256<double>.Count))) / Vector256.Create(_scales.AsSpan(feature + Vector256<double>.Count));
            Vector256.Narrow(low, high).CopyTo(target[feature..]);
        }

        for (; feature < source.Length; feature++)
        {
            target[feature] = (float)((source[feature] - _means[feature]) / _scales[feature]);
        }
    }
}
