using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FedActors.FL.Strategies;

/// <summary>What a server optimizer remembers between rounds: so many vectors of float64.</summary>
public sealed class OptimizerState
{
    private readonly double[][] _moments;

    internal OptimizerState(double[][] moments) => _moments = moments;

    /// <summary>Nothing, as of an optimizer that remembers nothing.</summary>
    public static OptimizerState Empty { get; } = new([]);

    /// <summary>Whether there is nothing to remember.</summary>
    public bool IsEmpty => _moments.Length == 0;

    /// <summary>A vector.</summary>
    public ReadOnlySpan<double> Moment(int index) => _moments[index];

    /// <summary>Whether it has so many vectors of such a length.</summary>
    public bool Fits(int moments, int count) => _moments.Length == moments && Array.TrueForAll(_moments, moment => moment.Length == count);

    /// <summary>All vectors one after another, little-endian.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[_moments.Length == 0 ? 0 : _moments.Length * _moments[0].Length * sizeof(double)];
        Span<byte> rest = bytes;
        foreach (double[] moment in _moments)
        {
            MemoryMarshal.AsBytes(moment.AsSpan()).CopyTo(rest);
            rest = rest[(moment.Length * sizeof(double))..];
        }

        FlipWhereBigEndian(bytes);
        return bytes;
    }

    /// <summary>Reads back what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="moments">Vectors that there must be.</param>
    /// <param name="count">Numbers in each.</param>
    /// <exception cref="ArgumentException">Their length is another.</exception>
    public static OptimizerState FromBytes(ReadOnlySpan<byte> bytes, int moments, int count)
    {
        if (bytes.Length != (long)moments * count * sizeof(double))
        {
            throw new ArgumentException($"{moments} vectors of {count} numbers take {(long)moments * count * sizeof(double)} bytes, not {bytes.Length}.", nameof(bytes));
        }

        byte[] copy = bytes.ToArray();
        FlipWhereBigEndian(copy);
        double[][] vectors = new double[moments][];
        for (int i = 0; i < moments; i++)
        {
            vectors[i] = MemoryMarshal.Cast<byte, double>(copy).Slice(i * count, count).ToArray();
        }

        return new OptimizerState(vectors);
    }

    /// <summary>For instance <c>2 vectors of 222 numbers</c>.</summary>
    public override string ToString() => IsEmpty ? "empty" : $"{_moments.Length} vectors of {_moments[0].Length} numbers";

    private static void FlipWhereBigEndian(Span<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<long> bits = MemoryMarshal.Cast<byte, long>(bytes);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
