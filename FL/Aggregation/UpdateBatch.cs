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

    /// <summary>Updates in it.</summary>
    public int Count => _rows.Length;

    /// <summary>Numbers in each update.</summary>
    public int Length { get; }

    /// <summary>What each update counts for where a rule weighs them.</summary>
    public ReadOnlySpan<double> Weights => _weights;

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
}
