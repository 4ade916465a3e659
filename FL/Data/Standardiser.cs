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

    /// <summary>A new data set with standardised features.</summary>
    /// <exception cref="ArgumentException">The data have another number of features.</exception>
    public DataSet Apply(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Features != Features)
        {
            throw new ArgumentException($"The standardiser has {Features} features, the data {data.Features}.", nameof(data));
        }

        ReadOnlySpan<float> source = data.Values;
        float[] target = new float[source.Length];
        for (int row = 0; row < target.Length; row += Features)
        {
            for (int feature = 0; feature < Features; feature++)
            {
                target[row + feature] = (float)((source[row + feature] - _means[feature]) / _scales[feature]);
            }
        }

        return new DataSet(data.Features, data.Classes, target, data.Labels.ToArray());
    }
}
