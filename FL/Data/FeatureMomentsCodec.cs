using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using FedActors.FL.Models;

namespace FedActors.FL.Data;

/// <summary>The bytes of <see cref="FeatureMoments"/>.</summary>
/// <remarks>
/// Format byte 1; features, int32; rows, int64; then for each feature its sum and its sum of squares, each a length byte and that
/// many bytes of two's complement. Everything is little-endian. A feature takes some 60 bytes.
/// </remarks>
internal static class FeatureMomentsCodec
{
    private const byte Format = 1;
    private const int HeaderBytes = 13;

    // 2^48 rows of squares below 2^554 make 602 bits and a sign.
    private const int MaxNumberBytes = 76;

    /// <summary>Writes moments.</summary>
    public static byte[] Write(FeatureMoments moments)
    {
        ArrayBufferWriter<byte> writer = new(HeaderBytes + (moments.Features * 64));
        Span<byte> header = writer.GetSpan(HeaderBytes);
        header[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(header[1..], moments.Features);
        BinaryPrimitives.WriteInt64LittleEndian(header[5..], moments.Count);
        writer.Advance(HeaderBytes);
        for (int feature = 0; feature < moments.Features; feature++)
        {
            WriteNumber(writer, moments.Sums[feature]);
            WriteNumber(writer, moments.Squares[feature]);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Reads moments, if the bytes are possible ones.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out FeatureMoments? moments)
    {
        moments = null;
        if (bytes.Length < HeaderBytes || bytes[0] != Format)
        {
            return false;
        }

        int features = BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
        long count = BinaryPrimitives.ReadInt64LittleEndian(bytes[5..]);
        bytes = bytes[HeaderBytes..];

        // Each feature takes at least the two length bytes, so the bytes bound what is allocated.
        if (features is < 1 or > ModelSpecification.MaxFeatures || bytes.Length < 2 * features || count is < 0 or > FeatureMoments.MaxCount)
        {
            return false;
        }

        BigInteger[] sums = new BigInteger[features];
        BigInteger[] squares = new BigInteger[features];
        for (int feature = 0; feature < features; feature++)
        {
            if (!TryReadNumber(ref bytes, out sums[feature])
                || !TryReadNumber(ref bytes, out squares[feature])
                || !FeatureMoments.IsPossible(count, sums[feature], squares[feature]))
            {
                return false;
            }
        }

        moments = bytes.IsEmpty ? new FeatureMoments(count, sums, squares) : null;
        return moments is not null;
    }

    private static void WriteNumber(ArrayBufferWriter<byte> writer, BigInteger number)
    {
        int length = number.GetByteCount();
        Span<byte> span = writer.GetSpan(length + 1);
        span[0] = (byte)length;
        number.TryWriteBytes(span[1..], out _);
        writer.Advance(length + 1);
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> bytes, out BigInteger number)
    {
        number = default;
        if (bytes.IsEmpty || bytes[0] > MaxNumberBytes || bytes.Length <= bytes[0])
        {
            return false;
        }

        number = new BigInteger(bytes.Slice(1, bytes[0]));
        bytes = bytes[(bytes[0] + 1)..];
        return true;
    }
}
