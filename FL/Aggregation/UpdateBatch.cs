using System.Numerics;
using System.Numerics.Tensors;

namespace FedActors.FL.Aggregation;

/// <summary>All updates of a round at once, inspected: what a rule that compares updates works on.</summary>
/// <typeparam name="T"><see cref="float"/> in a run; <see cref="double"/> where a rule is held against a reference.</typeparam>
/// <remarks>Rows are not copied; nobody writes them while the batch is in use. Their order decides ties, so give them in one that does not depend on arrival.</remarks>
public sealed class UpdateBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlyMemory<T>[] _rows;
    private readonly double[] _weights;
    private readonly ReadOnlyMemory<T> _reference;
    private readonly double[] _steps = [];
    private readonly double[] _startLosses = [];

    /// <summary>Takes updates together.</summary>
    /// <param name="rows">At least one; all of one length, all numbers finite.</param>
    /// <param name="weights">One for each row, finite and over 0: its examples.</param>
    /// <param name="reference">The parameters that the updates started from; empty for zeros.</param>
    /// <exception cref="ArgumentException">There are none, or one of them is unsound; the text names it.</exception>
    public UpdateBatch(IReadOnlyList<ReadOnlyMemory<T>> rows, ReadOnlySpan<double> weights, ReadOnlyMemory<T> reference = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0)
        {
            throw new ArgumentException("There is no update to reduce.", nameof(rows));
        }

        if (weights.Length != rows.Count)
        {
            throw new ArgumentException($"{rows.Count} updates have {weights.Length} weights.", nameof(weights));
        }

        _rows = [.. rows];
        _weights = weights.ToArray();
        _reference = reference;
        Length = _rows[0].Length;
        for (int i = 0; i < _rows.Length; i++)
        {
            Check($"update {i}", _rows[i].Span, nameof(rows));
            if (!(_weights[i] > 0 && double.IsFinite(_weights[i])))
            {
                throw new ArgumentException($"The weight of update {i} is {_weights[i]}; it must be finite and over 0.", nameof(weights));
            }
        }

        if (!reference.IsEmpty)
        {
            Check("the reference", reference.Span, nameof(reference));
        }
    }

    /// <summary>Takes updates together, with what their sites say of them.</summary>
    /// <param name="rows">As above.</param>
    /// <param name="weights">As above.</param>
    /// <param name="reference">The parameters that the updates started from.</param>
    /// <param name="steps">Optimizer steps that each update took, at least 1.</param>
    /// <param name="startLosses">Each site's mean loss at the reference, finite and at least 0.</param>
    /// <exception cref="ArgumentException">As above, or a figure is out of range.</exception>
    public UpdateBatch(IReadOnlyList<ReadOnlyMemory<T>> rows, ReadOnlySpan<double> weights, ReadOnlyMemory<T> reference, ReadOnlySpan<double> steps, ReadOnlySpan<double> startLosses)
        : this(rows, weights, reference)
    {
        _steps = Checked("number of steps", steps, 1, nameof(steps));
        _startLosses = Checked("loss at the start", startLosses, 0, nameof(startLosses));
    }

    /// <summary>Updates in it.</summary>
    public int Count => _rows.Length;

    /// <summary>Numbers in each update.</summary>
    public int Length { get; }

    /// <summary>What each update counts for where a rule weighs them.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Optimizer steps that each update took; empty where nobody said.</summary>
    public ReadOnlySpan<double> Steps => _steps;

    /// <summary>Each site's mean loss at the reference; empty where nobody measured.</summary>
    public ReadOnlySpan<double> StartLosses => _startLosses;

    /// <summary>The parameters that the updates started from; empty for zeros.</summary>
    public ReadOnlySpan<T> Reference => _reference.Span;

    /// <summary>An update.</summary>
    /// <param name="index">0..<see cref="Count"/>-1.</param>
    public ReadOnlySpan<T> Row(int index) => _rows[index].Span;

    /// <summary>Some of the updates, in the order given.</summary>
    internal UpdateBatch<T> Pick(ReadOnlySpan<int> indices) => new(this, indices);

    // What was inspected once is not inspected again.
    private UpdateBatch(UpdateBatch<T> whole, ReadOnlySpan<int> indices)
    {
        _rows = new ReadOnlyMemory<T>[indices.Length];
        _weights = new double[indices.Length];
        _reference = whole._reference;
        Length = whole.Length;
        for (int i = 0; i < indices.Length; i++)
        {
            _rows[i] = whole._rows[indices[i]];
            _weights[i] = whole._weights[indices[i]];
        }
    }

    private void Check(string what, ReadOnlySpan<T> values, string parameter)
    {
        if (values.Length != Length)
        {
            throw new ArgumentException($"{what} has {values.Length} parameters; the first update has {Length}.", parameter);
        }

        if (!TensorPrimitives.IsFiniteAll(values))
        {
            int index = 0;
            while (T.IsFinite(values[index]))
            {
                index++;
            }

            throw new ArgumentException($"Parameter {index} of {what} is {values[index]}; rules reduce finite numbers only.", parameter);
        }
    }

    private double[] Checked(string what, ReadOnlySpan<double> figures, double least, string parameter)
    {
        if (!figures.IsEmpty && figures.Length != Count)
        {
            throw new ArgumentException($"{Count} updates have {figures.Length} figures: {what}.", parameter);
        }

        for (int i = 0; i < figures.Length; i++)
        {
            if (!(figures[i] >= least && double.IsFinite(figures[i])))
            {
                throw new ArgumentException($"The {what} of update {i} is {figures[i]}; it must be finite and at least {least}.", parameter);
            }
        }

        return figures.ToArray();
    }
}
