namespace FedActors.FL.Models;

/// <summary>A named tensor within a parameter vector.</summary>
public sealed class TensorShape : IEquatable<TensorShape>
{
    private readonly int[] _dimensions;

    /// <summary>Names a tensor.</summary>
    /// <param name="name">Not empty, such as <c>W</c>.</param>
    /// <param name="dimensions">Each at least 1; the product fits in an <see cref="int"/>.</param>
    public TensorShape(string name, params ReadOnlySpan<int> dimensions)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        long count = 1;
        foreach (int dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1, nameof(dimensions));
            count *= dimension;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, int.MaxValue, nameof(dimensions));
        }

        Name = name;
        _dimensions = dimensions.ToArray();
        Count = (int)count;
    }

    /// <summary>Its name, unique within a layout.</summary>
    public string Name { get; }

    /// <summary>Its dimensions, slowest first (C order).</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>Numbers in it.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && Name == other.Name && _dimensions.AsSpan().SequenceEqual(other._dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Count, _dimensions.Length);

    /// <summary>For instance <c>W[36,6]</c>.</summary>
    public override string ToString() => $"{Name}[{string.Join(',', _dimensions)}]";
}
