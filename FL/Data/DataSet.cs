namespace FedActors.FL.Data;

/// <summary>Labelled examples in memory: float32 [count, features] in C order, and one label each.</summary>
/// <remarks>Immutable by convention: whoever handed the buffers over does not write them again.</remarks>
public sealed class DataSet
{
    /// <summary>Most examples: 2^28 of one feature take 1 GiB, the largest array that is read from a file.</summary>
    public const int MaxCount = 1 << 28;

    private readonly float[] _values;
    private readonly int[] _labels;

    /// <summary>A data set over buffers that it takes ownership of.</summary>
    /// <param name="features">Numbers per example, at least 1.</param>
    /// <param name="classes">Classes told apart, as the manifest says; a set need not hold an example of each.</param>
    /// <param name="values">[count, features] in C order.</param>
    /// <param name="labels">One in 0..classes-1 for each example.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, or a label is out of range; the text names the row.</exception>
    public DataSet(int features, int classes, float[] values, int[] labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(labels.Length, MaxCount, nameof(labels));
        if (values.Length != (long)labels.Length * features)
        {
            throw new ArgumentException($"{labels.Length} labels and {features} features need {(long)labels.Length * features} numbers, not {values.Length}.", nameof(values));
        }

        int bad = labels.AsSpan().IndexOfAnyExceptInRange(0, classes - 1);
        if (bad >= 0)
        {
            throw new ArgumentException($"Row {bad} has label {labels[bad]}; {classes} classes allow 0 to {classes - 1}.", nameof(labels));
        }

        Features = features;
        Classes = classes;
        Count = labels.Length;
        _values = values;
        _labels = labels;
    }

    /// <summary>The first examples in buffers that are used again and again: a view that holds until their owner writes them anew.</summary>
    internal DataSet(int features, int classes, float[] values, int[] labels, int count)
    {
        (Features, Classes, Count, _values, _labels) = (features, classes, count, values, labels);
    }

    /// <summary>Numbers per example.</summary>
    public int Features { get; }

    /// <summary>Classes told apart.</summary>
    public int Classes { get; }

    /// <summary>Examples.</summary>
    public int Count { get; }

    /// <summary>All examples, [count, features] in C order.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count * Features);

    /// <summary>All labels.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>One example.</summary>
    public ReadOnlySpan<float> Row(int index) => _values.AsSpan(index * Features, Features);

    /// <summary>A new set of chosen examples in the order given.</summary>
    /// <param name="rows">Indices in 0..count-1; one may occur more than once.</param>
    public DataSet Select(ReadOnlySpan<int> rows)
    {
        float[] values = new float[(long)rows.Length * Features];
        int[] labels = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(values.AsSpan(i * Features));
            labels[i] = _labels[rows[i]];
        }

        return new DataSet(Features, Classes, values, labels);
    }

    /// <summary>How many examples each class has.</summary>
    public int[] CountByClass()
    {
        int[] counts = new int[Classes];
        foreach (int label in Labels)
        {
            counts[label]++;
        }

        return counts;
    }
}
