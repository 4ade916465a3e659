using System.Collections.Immutable;

namespace FedActors.FL.Models;

/// <summary>Which tensors a parameter vector holds, one after another without gaps, each in C order.</summary>
public sealed class ParameterLayout : IEquatable<ParameterLayout>
{
    /// <summary>Largest vector: 2^28 float32, 1 GiB, so that byte offsets fit in an <see cref="int"/>.</summary>
    public const int MaxCount = 1 << 28;

    private readonly ImmutableArray<int> _offsets;
    private string? _text;

    /// <summary>Lays tensors out in the order given.</summary>
    /// <param name="tensors">At least one; names differ; at most <see cref="MaxCount"/> numbers in all.</param>
    /// <exception cref="ArgumentException">No tensor, or a name that occurs twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">More numbers than <see cref="MaxCount"/>.</exception>
    public ParameterLayout(params ReadOnlySpan<TensorShape> tensors)
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException("A layout needs at least one tensor.", nameof(tensors));
        }

        ImmutableArray<int>.Builder offsets = ImmutableArray.CreateBuilder<int>(tensors.Length);
        HashSet<string> names = [];
        long count = 0;
        foreach (TensorShape tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Tensor {tensor.Name} occurs twice.", nameof(tensors));
            }

            offsets.Add((int)count);
            count += tensor.Count;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount, nameof(tensors));
        }

        Tensors = [.. tensors];
        _offsets = offsets.MoveToImmutable();
        Count = (int)count;
    }

    /// <summary>The tensors in order.</summary>
    public ImmutableArray<TensorShape> Tensors { get; }

    /// <summary>Numbers in all tensors together.</summary>
    public int Count { get; }

    /// <summary>Where a tensor begins.</summary>
    /// <param name="tensor">Index into <see cref="Tensors"/>.</param>
    public int OffsetOf(int tensor) => _offsets[tensor];

    /// <summary>Names a position for people.</summary>
    /// <param name="index">0..<see cref="Count"/>-1.</param>
    /// <returns>For instance <c>W[35,2]</c>.</returns>
    public string DescribeIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int tensor = _offsets.Length - 1;
        while (_offsets[tensor] > index)
        {
            tensor--;
        }

        TensorShape shape = Tensors[tensor];
        int rest = index - _offsets[tensor];
        int[] coordinates = new int[shape.Dimensions.Length];
        for (int axis = coordinates.Length - 1; axis >= 0; axis--)
        {
            (rest, coordinates[axis]) = Math.DivRem(rest, shape.Dimensions[axis]);
        }

        return $"{shape.Name}[{string.Join(',', coordinates)}]";
    }

    /// <inheritdoc/>
    public bool Equals(ParameterLayout? other) => other is not null && Tensors.AsSpan().SequenceEqual(other.Tensors.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterLayout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Tensors.Length);

    /// <summary>For instance <c>W[36,6] b[6]</c>.</summary>
    public override string ToString() => _text ??= string.Join(' ', Tensors);
}
