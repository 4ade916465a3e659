using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FedActors.FL.Models;

/// <summary>A model's parameters: one contiguous float32 buffer and the layout that gives it meaning.</summary>
/// <remarks>
/// Who creates a vector may write it through <see cref="AsSpan"/> until it is published (sent, stored or handed on).
/// From then on it is shared and nobody writes it.
/// </remarks>
public sealed class ParameterVector
{
    /// <summary>Up to this much a hash at one go, of a copy, costs less than one of parts.</summary>
    private const int MaxCopiedBytes = 512;

    private readonly float[] _values;

    /// <summary>A vector of zeros.</summary>
    public ParameterVector(ParameterLayout layout)
        : this(layout, new float[(layout ?? throw new ArgumentNullException(nameof(layout))).Count])
    {
    }

    /// <summary>A vector over a buffer that it takes ownership of.</summary>
    /// <param name="layout">What the numbers mean.</param>
    /// <param name="values">Exactly <c>layout.Count</c> numbers; the caller does not write them again once the vector is published.</param>
    /// <exception cref="ArgumentException">The buffer's length is not the layout's.</exception>
    public ParameterVector(ParameterLayout layout, float[] values)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != layout.Count)
        {
            throw new ArgumentException($"The layout {layout} has {layout.Count} numbers, the buffer {values.Length}.", nameof(values));
        }

        Layout = layout;
        _values = values;
    }

    /// <summary>What the numbers mean.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>How many numbers.</summary>
    public int Count => _values.Length;

    /// <summary>The numbers.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The numbers, for messages that carry a published vector without a copy.</summary>
    public ReadOnlyMemory<float> Memory => _values;

    /// <summary>The numbers, for whoever is filling a vector that is not published yet.</summary>
    public Span<float> AsSpan() => _values;

    /// <summary>A tensor's numbers.</summary>
    /// <param name="tensor">Index into the layout's tensors.</param>
    public ReadOnlySpan<float> Tensor(int tensor) => _values.AsSpan(Layout.OffsetOf(tensor), Layout.Tensors[tensor].Count);

    /// <summary>Reads little-endian float32, as <see cref="ToBytes"/> writes them.</summary>
    /// <exception cref="ArgumentException">Not exactly four bytes for each number of the layout.</exception>
    public static ParameterVector FromBytes(ParameterLayout layout, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (bytes.Length != (long)layout.Count * sizeof(float))
        {
            throw new ArgumentException($"The layout {layout} takes {(long)layout.Count * sizeof(float)} bytes, not {bytes.Length}.", nameof(bytes));
        }

        float[] values = new float[layout.Count];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            ReverseBytes(values);
        }

        return new ParameterVector(layout, values);
    }

    /// <summary>The numbers as little-endian float32.</summary>
    public byte[] ToBytes()
    {
        float[] values = _values;
        if (!BitConverter.IsLittleEndian)
        {
            values = (float[])values.Clone();
            ReverseBytes(values);
        }

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    /// <summary>A copy that its caller may write.</summary>
    public ParameterVector Clone() => new(Layout, (float[])_values.Clone());

    /// <summary>Euclidean distance, summed in float64 in index order.</summary>
    /// <param name="other">A vector of the same layout.</param>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public double DistanceTo(ParameterVector other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Layout.Equals(other.Layout))
        {
            throw new ArgumentException($"The layouts differ: {Layout} and {other.Layout}.", nameof(other));
        }

        double sum = 0;
        for (int i = 0; i < _values.Length; i++)
        {
            double difference = (double)_values[i] - other._values[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>SHA-256 of the layout's text and the numbers as little-endian float32, in lower-case hex.</summary>
    /// <remarks>Two models are the same model exactly if their hashes are equal: every bit counts, also the sign of a zero.</remarks>
    public string Hash()
    {
        string layout = Layout.ToString();
        ReadOnlySpan<byte> numbers = BitConverter.IsLittleEndian ? MemoryMarshal.AsBytes(_values.AsSpan()) : ToBytes();
        int before = Encoding.UTF8.GetByteCount(layout) + 1;
        if (before + numbers.Length > MaxCopiedBytes)
        {
            return HashInParts(layout, numbers);
        }

        Span<byte> bytes = stackalloc byte[MaxCopiedBytes];
        Encoding.UTF8.GetBytes(layout, bytes);
        bytes[before - 1] = 0;
        numbers.CopyTo(bytes[before..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..(before + numbers.Length)], hash);
        return Convert.ToHexStringLower(hash);
    }

    private static string HashInParts(string layout, ReadOnlySpan<byte> numbers)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(layout));
        hash.AppendData([0]);
        hash.AppendData(numbers);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void ReverseBytes(float[] values)
    {
        Span<int> bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }
}
