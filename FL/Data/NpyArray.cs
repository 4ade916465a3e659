using System.Collections.Immutable;
using System.Diagnostics;

namespace FedActors.FL.Data;

/// <summary>A NumPy array in memory, in C order.</summary>
public sealed class NpyArray
{
    private readonly Array _values;

    private NpyArray(NpyType type, Array values, ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            count *= dimension;
        }

        if (count != values.Length)
        {
            throw new ArgumentException($"A shape of {count} elements does not fit {values.Length} values.", nameof(shape));
        }

        Type = type;
        _values = values;
        Shape = [.. shape];
    }

    /// <summary>Element type.</summary>
    public NpyType Type { get; }

    /// <summary>Dimensions, slowest first; empty for a scalar.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>Elements.</summary>
    public int Count => _values.Length;

    /// <summary>An array over a buffer that it takes ownership of.</summary>
    /// <param name="values">In C order; as many as the shape says.</param>
    /// <param name="shape">Dimensions, slowest first.</param>
    public static NpyArray Of(float[] values, params ReadOnlySpan<int> shape) => new(NpyType.Float32, values, shape);

    /// <inheritdoc cref="Of(float[], ReadOnlySpan{int})"/>
    public static NpyArray Of(double[] values, params ReadOnlySpan<int> shape) => new(NpyType.Float64, values, shape);

    /// <inheritdoc cref="Of(float[], ReadOnlySpan{int})"/>
    public static NpyArray Of(long[] values, params ReadOnlySpan<int> shape) => new(NpyType.Int64, values, shape);

    /// <inheritdoc cref="Of(float[], ReadOnlySpan{int})"/>
    public static NpyArray Of(int[] values, params ReadOnlySpan<int> shape) => new(NpyType.Int32, values, shape);

    /// <inheritdoc cref="Of(float[], ReadOnlySpan{int})"/>
    public static NpyArray Of(byte[] values, params ReadOnlySpan<int> shape) => new(NpyType.UInt8, values, shape);

    /// <summary>The elements as they are stored.</summary>
    /// <typeparam name="T">The element type that <see cref="Type"/> says.</typeparam>
    /// <exception cref="InvalidOperationException">The array has another element type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged =>
        _values is T[] values ? values : throw new InvalidOperationException($"The array holds {Type.Descriptor()}, not {typeof(T).Name}.");

    /// <summary>The elements as float32, each rounded to the nearest; the array's own buffer when they are float32 already.</summary>
    public float[] ToSingles() => _values switch
    {
        float[] values => values,
        double[] values => Array.ConvertAll(values, value => (float)value),
        long[] values => Array.ConvertAll(values, value => (float)value),
        int[] values => Array.ConvertAll(values, value => (float)value),
        byte[] values => Array.ConvertAll(values, value => (float)value),
        _ => throw new UnreachableException(),
    };

    /// <summary>The elements as whole numbers, if all of them are.</summary>
    /// <param name="integers">The numbers; the array's own buffer when they are int64 already.</param>
    /// <param name="index">The first element that is not whole, or beyond 2^53, where float64 no longer tells whole numbers apart.</param>
    public bool TryToIntegers(out long[] integers, out int index)
    {
        integers = _values switch
        {
            long[] values => values,
            int[] values => Array.ConvertAll(values, value => (long)value),
            byte[] values => Array.ConvertAll(values, value => (long)value),
            _ => new long[_values.Length],
        };
        index = _values switch
        {
            float[] values => Truncate(values, integers),
            double[] values => Truncate(values, integers),
            _ => -1,
        };
        return index < 0;
    }

    /// <summary>For instance <c>&lt;f4 [6435, 36]</c>.</summary>
    public override string ToString() => $"{Type.Descriptor()} [{string.Join(", ", Shape)}]";

    private static int Truncate(float[] values, long[] integers) => Truncate(Array.ConvertAll(values, value => (double)value), integers);

    private static int Truncate(double[] values, long[] integers)
    {
        const double Largest = 1L << 53;
        for (int i = 0; i < values.Length; i++)
        {
            if (!(Math.Abs(values[i]) <= Largest) || values[i] != Math.Truncate(values[i]))
            {
                return i;
            }

            integers[i] = (long)values[i];
        }

        return -1;
    }
}
