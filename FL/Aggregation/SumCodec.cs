using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>A partial average as bytes: its exact sums, so that merging it gives the bits of having added its updates one by one.</summary>
/// <remarks>
/// A head of 25 bytes (version, parameters, updates, the weights' two parts), then for each block of 1024 parameters its
/// high and its low parts: the number of zero bits at the end that all of them have, the bytes that each takes without these, and the
/// numbers themselves, little-endian. Sums of trained parameters take 6 to 8 bytes so, in place of 16. What is read is somebody else's:
/// sizes, counts and each sum are held against what updates can sum to, and how large the sums are is seen from them.
/// </remarks>
public static class SumCodec
{
    private const byte Version = 1;
    private const int HeadBytes = 1 + (2 * sizeof(int)) + (2 * sizeof(long));
    private const int Block = 1024;
    private const int LaneBits = 64;

    // Units of a high part in one: FixedPointLanes.
    private const double Units = 1 << 20;

    /// <summary>Bytes that no sum of a model exceeds.</summary>
    /// <param name="parameters">The model's parameters.</param>
    public static long MaxBytes(int parameters) => HeadBytes + (((long)parameters + Block - 1) / Block * 4) + (2L * sizeof(long) * parameters);

    /// <summary>Writes an average of at least one update; it may be added to after that.</summary>
    public static byte[] ToBytes(FederatedAverage average)
    {
        ArgumentNullException.ThrowIfNull(average);
        FixedPointLanes sums = average.Sums();
        AverageTotals totals = average.Totals;
        int count = average.Layout.Count;
        byte[] bytes = new byte[BytesOf(sums.High[..count]) + BytesOf(sums.Low[..count]) + HeadBytes];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), totals.Updates);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), totals.WeightHigh);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), totals.WeightLow);
        Span<byte> rest = bytes.AsSpan(HeadBytes);
        for (int start = 0; start < count; start += Block)
        {
            int length = Math.Min(Block, count - start);
            rest = rest[Write(sums.High.Slice(start, length), rest)..];
            rest = rest[Write(sums.Low.Slice(start, length), rest)..];
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote, or says what is wrong with it.</summary>
    /// <param name="bytes">Anything.</param>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="weights">The weights of the updates that it must be of.</param>
    /// <param name="average">The average.</param>
    /// <param name="fault">What is wrong, for people.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, ParameterLayout layout, ReadOnlySpan<double> weights, [NotNullWhen(true)] out FederatedAverage? average, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(layout);
        average = null;
        fault = FindHeadFault(bytes, layout);
        if (fault is not null)
        {
            return false;
        }

        AverageTotals totals = new(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]), WeightedMagnitude: 0);
        if ((fault = FindTotalsFault(totals, weights)) is not null || (fault = FindSizeFault(bytes[HeadBytes..], layout.Count)) is not null)
        {
            return false;
        }

        FederatedAverage read = new(layout);
        fault = ReadLanes(bytes[HeadBytes..], layout, read.Sums(), totals, out UInt128 largest);
        if (fault is not null)
        {
            return false;
        }

        // What the updates' own magnitudes came to is not asked: who says too much would leave no room for others.
        read.Totals = totals with { WeightedMagnitude = Math.Max(totals.Weight, ((double)largest + totals.Updates) / Units) };
        average = read;
        return true;
    }

    private static string? FindHeadFault(ReadOnlySpan<byte> bytes, ParameterLayout layout)
    {
        if (bytes.Length < HeadBytes)
        {
            return $"a sum of {bytes.Length} bytes has no head";
        }

        if (bytes[0] != Version)
        {
            return $"a sum of version {bytes[0]} is not known; version {Version} is";
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
        return count == layout.Count ? null : $"the sum has {count} parameters; the model has {layout.Count}";
    }

    private static string? FindTotalsFault(AverageTotals totals, ReadOnlySpan<double> weights)
    {
        if (totals.Updates != weights.Length || totals.Updates is < 1 or > FederatedAverage.MaxUpdates)
        {
            return $"the sum is of {totals.Updates} updates; it should be of {weights.Length}";
        }

        return totals.Weighs(weights) ? null : $"the sum's updates weigh {totals.Weight:R} in all; those that it should be of weigh otherwise";
    }

    // Before anything is allocated: a few bytes must not cost a model.
    private static string? FindSizeFault(ReadOnlySpan<byte> bytes, int count)
    {
        long needed = 0;
        for (int start = 0; start < count; start += Block)
        {
            for (int lane = 0; lane < 2; lane++)
            {
                if (needed + 2 > bytes.Length)
                {
                    return $"the sum ends at its parameter {start} of {count}";
                }

                (int zeros, int width) = (bytes[(int)needed], bytes[(int)needed + 1]);
                if (width > sizeof(long) || zeros >= LaneBits || (width > 0 && zeros + (8 * (width - 1)) >= LaneBits))
                {
                    return $"the sum's numbers from parameter {start} on have {width} bytes and {zeros} bits; no sum has";
                }

                needed += 2 + ((long)width * Math.Min(Block, count - start));
            }
        }

        return needed == bytes.Length ? null : $"the sum has {bytes.Length} bytes of numbers; {needed} are right";
    }

    // A product's high part is off by half a unit at most, and its low part makes up for that.
    private static string? ReadLanes(ReadOnlySpan<byte> bytes, ParameterLayout layout, FixedPointLanes sums, AverageTotals totals, out UInt128 largest)
    {
        largest = 0;
        double most = Math.Min(FederatedAverage.MaxWeightedMagnitude, totals.Weight * UpdateInspection.MaxMagnitude);
        UInt128 high = (UInt128)Math.Ceiling(most * Units) + (UInt128)totals.Updates;
        UInt128 low = (UInt128)totals.Updates << 41;
        for (int start = 0; start < layout.Count; start += Block)
        {
            int length = Math.Min(Block, layout.Count - start);
            Span<long> highs = sums.High.Slice(start, length);
            Span<long> lows = sums.Low.Slice(start, length);
            bytes = bytes[Read(bytes, highs)..];
            bytes = bytes[Read(bytes, lows)..];
            for (int i = 0; i < length; i++)
            {
                UInt128 magnitude = Magnitude(highs[i]);
                largest = magnitude > largest ? magnitude : largest;
                if (magnitude > high || Magnitude(lows[i]) > low)
                {
                    return $"the sum of parameter {layout.DescribeIndex(start + i)} is larger than {totals.Updates} updates of these weights can have";
                }
            }
        }

        return null;
    }

    private static UInt128 Magnitude(long value) => value < 0 ? (UInt128)(-(Int128)value) : (UInt128)value;

    private static int BytesOf(ReadOnlySpan<long> lane)
    {
        int bytes = 0;
        for (int start = 0; start < lane.Length; start += Block)
        {
            ReadOnlySpan<long> block = lane.Slice(start, Math.Min(Block, lane.Length - start));
            bytes += 2 + (WidthOf(block, ZerosOf(block)) * block.Length);
        }

        return bytes;
    }

    private static int ZerosOf(ReadOnlySpan<long> block)
    {
        long any = 0;
        foreach (long value in block)
        {
            any |= value;
        }

        return any == 0 ? 0 : BitOperations.TrailingZeroCount(any);
    }

    private static int WidthOf(ReadOnlySpan<long> block, int zeros)
    {
        // A number and its complement have the same length, and one bit more is its sign.
        ulong any = 0;
        foreach (long value in block)
        {
            long shifted = value >> zeros;
            any |= (ulong)(shifted ^ (shifted >> (LaneBits - 1)));
        }

        int bits = LaneBits - BitOperations.LeadingZeroCount(any);
        return bits == 0 && !block.ContainsAnyExcept(0L) ? 0 : (bits / 8) + 1;
    }

    private static int Write(ReadOnlySpan<long> block, Span<byte> bytes)
    {
        int zeros = ZerosOf(block);
        int width = WidthOf(block, zeros);
        (bytes[0], bytes[1]) = ((byte)zeros, (byte)width);
        int at = 2;
        Span<byte> whole = stackalloc byte[sizeof(long)];
        foreach (long value in block)
        {
            BinaryPrimitives.WriteInt64LittleEndian(whole, value >> zeros);
            whole[..width].CopyTo(bytes[at..]);
            at += width;
        }

        return at;
    }

    private static int Read(ReadOnlySpan<byte> bytes, Span<long> block)
    {
        (int zeros, int width) = (bytes[0], bytes[1]);
        int at = 2;
        Span<byte> whole = stackalloc byte[sizeof(long)];
        for (int i = 0; i < block.Length && width > 0; i++, at += width)
        {
            bytes.Slice(at, width).CopyTo(whole);
            int sign = LaneBits - (8 * width);
            block[i] = BinaryPrimitives.ReadInt64LittleEndian(whole) << sign >> sign << zeros;
        }

        return at;
    }
}
