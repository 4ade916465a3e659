using FedActors.FL.Data.OnDemand;

namespace FedActors.FL.Data;

/// <summary>Labelled examples: float32 [count, features] in C order, and one label each.</summary>
/// <remarks>
/// In memory, or read from a file as they are needed, which labels never are: see <see cref="IsInMemory"/>. Whoever works through all of
/// them takes <see cref="Windows"/>; whoever takes some, <see cref="Gather"/>. Immutable by convention: whoever handed the buffers over does not write them again.
/// </remarks>
public sealed class DataSet
{
    /// <summary>Most examples: 2^28 of one feature take 1 GiB, the largest array that is read from a file.</summary>
    public const int MaxCount = 1 << 28;

    // Of a window over examples that are read as they are needed.
    private const int WindowNumbers = 1 << 18;
    private const int WindowStep = 256;

    private readonly IRowSource? _rows;
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

    /// <summary>Examples that are read as they are needed.</summary>
    internal DataSet(int classes, IRowSource rows, int[] labels)
    {
        (Features, Classes, Count, _values, _labels, _rows) = (rows.Features, classes, labels.Length, [], labels, rows);
    }

    /// <summary>Whether all examples are in memory, so that they can be had as one span.</summary>
    public bool IsInMemory => _rows is null;

    /// <summary>Numbers per example.</summary>
    public int Features { get; }

    /// <summary>Classes told apart.</summary>
    public int Classes { get; }

    /// <summary>Examples.</summary>
    public int Count { get; }

    /// <summary>All examples, [count, features] in C order.</summary>
    /// <exception cref="InvalidOperationException">They are not in memory.</exception>
    public ReadOnlySpan<float> Values => _rows is null
        ? _values.AsSpan(0, Count * Features)
        : throw new InvalidOperationException($"The {Count} examples are read from their file as they are needed, and this needs them in memory, which holds Data:Memory megabytes of a site, 1024 at most.");

    /// <summary>All labels.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>One example.</summary>
    /// <exception cref="InvalidOperationException">They are not in memory.</exception>
    public ReadOnlySpan<float> Row(int index) => Values.Slice(index * Features, Features);

    /// <summary>Copies chosen examples, one after another.</summary>
    /// <param name="rows">Indices in 0..count-1; one may occur more than once.</param>
    /// <param name="target">[rows, features].</param>
    /// <exception cref="DataFileException">They cannot be read.</exception>
    public void Gather(ReadOnlySpan<int> rows, Span<float> target)
    {
        if (_rows is not null)
        {
            _rows.Read(rows, target);
            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(target[(i * Features)..]);
        }
    }

    /// <summary>All examples in order, some at a time and in memory. A window holds until the next one is taken.</summary>
    /// <exception cref="DataFileException">They cannot be read.</exception>
    public IEnumerable<DataSet> Windows()
    {
        if (_rows is null)
        {
            yield return this;
            yield break;
        }

        // Whole batches of who works in batches, so that these are the same as in memory.
        int most = Math.Max(1, WindowNumbers / Features);
        most = most > WindowStep ? most / WindowStep * WindowStep : most;
        (float[] values, int[] labels, int[] rows) = (new float[most * Features], new int[most], new int[most]);
        for (int first = 0; first < Count; first += most)
        {
            int count = Math.Min(most, Count - first);
            for (int i = 0; i < count; i++)
            {
                rows[i] = first + i;
            }

            _rows.Read(rows.AsSpan(0, count), values);
            _labels.AsSpan(first, count).CopyTo(labels);
            yield return new DataSet(Features, Classes, values, labels, count);
        }
    }

    /// <summary>The same labels with other rows.</summary>
    internal DataSet With(Func<IRowSource, IRowSource> change) => new(Classes, change(_rows!), _labels);

    /// <summary>A new set of chosen examples in the order given.</summary>
    /// <param name="rows">Indices in 0..count-1; one may occur more than once.</param>
    public DataSet Select(ReadOnlySpan<int> rows)
    {
        float[] values = new float[(long)rows.Length * Features];
        int[] labels = new int[rows.Length];
        Gather(rows, values);
        for (int i = 0; i < rows.Length; i++)
        {
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
