using System.Buffers.Binary;
using FedActors.FL.Numerics;

namespace FedActors.FL.Compression;

/// <summary>Whole numbers of 8 or 4 bits, with a scale for each block, rounded up or down by chance so that the mean is right.</summary>
/// <param name="Bits">8 or 4.</param>
/// <remarks>
/// Alistarh et al. 2017, QSGD, with the scale of each block its largest magnitude over 127 or 7. A number x becomes q = floor(x / s + u)
/// for u uniform in [0, 1) and is read as q s: E[q s] = x to 2^-24 of s, and q s is never farther from x than s. Two numbers of 4 bits share a byte, the first
/// in its low half. A block of 64 keeps the error of 4 bits, at most 64 (s/2)² in the mean, below a third of the block's square.
/// </remarks>
internal sealed record BlockIntegers(int Bits) : NumberFormat
{
    private const int UniformBits = 24;
    private const double UniformUnit = 1.0 / (1 << UniformBits);

    /// <inheritdoc/>
    public override int Code => Bits == 8 ? 2 : 3;

    /// <inheritdoc/>
    public override string Text => Bits == 8 ? "int8" : "int4";

    /// <summary>Numbers that share a scale.</summary>
    public int BlockLength => Bits == 8 ? 256 : 64;

    private int Levels => Bits == 8 ? 127 : 7;

    /// <inheritdoc/>
    public override long SizeOf(int count)
    {
        (int blocks, int rest) = Math.DivRem(count, BlockLength);
        return ((long)blocks * SizeOfBlock(BlockLength)) + (rest > 0 ? SizeOfBlock(rest) : 0);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> values, Span<byte> room, RandomStream chance)
    {
        Span<sbyte> levels = stackalloc sbyte[BlockLength];
        for (; !values.IsEmpty; values = values[Math.Min(BlockLength, values.Length)..])
        {
            ReadOnlySpan<float> block = values[..Math.Min(BlockLength, values.Length)];
            float scale = LargestOf(block) / Levels;
            BinaryPrimitives.WriteSingleLittleEndian(room, scale);
            Round(block, scale, levels, chance);
            Pack(levels[..block.Length], room.Slice(sizeof(float), SizeOfBlock(block.Length) - sizeof(float)));
            room = room[SizeOfBlock(block.Length)..];
        }
    }

    /// <inheritdoc/>
    public override string? Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        Span<sbyte> levels = stackalloc sbyte[BlockLength];
        for (int start = 0; start < values.Length; start += BlockLength)
        {
            Span<float> block = values.Slice(start, Math.Min(BlockLength, values.Length - start));
            float scale = BinaryPrimitives.ReadSingleLittleEndian(bytes);
            if (!(scale >= 0 && float.IsFinite(scale * Levels)))
            {
                return $"the scale of numbers {start} to {start + block.Length - 1} is {scale}";
            }

            if (FindFault(bytes[sizeof(float)..SizeOfBlock(block.Length)], levels[..block.Length]) is { } fault)
            {
                return $"{fault} in numbers {start} to {start + block.Length - 1}";
            }

            for (int i = 0; i < block.Length; i++)
            {
                block[i] = levels[i] * scale;
            }

            bytes = bytes[SizeOfBlock(block.Length)..];
        }

        return null;
    }

    private int SizeOfBlock(int count) => sizeof(float) + (Bits == 8 ? count : (count + 1) / 2);

    private static float LargestOf(ReadOnlySpan<float> block)
    {
        float largest = 0;
        foreach (float value in block)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }

    private void Round(ReadOnlySpan<float> block, float scale, Span<sbyte> levels, RandomStream chance)
    {
        ulong drawn = 0;
        for (int i = 0; i < block.Length; i++)
        {
            // Two numbers of 24 bits from each draw, the upper half's first: a sum with x / s that float64 holds exactly.
            drawn = i % 2 == 0 ? chance.NextUInt64() : drawn << 32;
            double uniform = (drawn >> (64 - UniformBits)) * UniformUnit;

            // A quotient may pass the last level by its own rounding, and far where the scale is subnormal.
            levels[i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(Math.Floor(((double)block[i] / scale) + uniform), -Levels, Levels);
        }
    }

    private void Pack(ReadOnlySpan<sbyte> levels, Span<byte> room)
    {
        if (Bits == 8)
        {
            for (int i = 0; i < levels.Length; i++)
            {
                room[i] = (byte)levels[i];
            }

            return;
        }

        for (int i = 0; i < room.Length; i++)
        {
            int high = (2 * i) + 1 < levels.Length ? levels[(2 * i) + 1] : 0;
            room[i] = (byte)((levels[2 * i] & 0xF) | (high << 4));
        }
    }

    private string? FindFault(ReadOnlySpan<byte> packed, Span<sbyte> levels)
    {
        bool sound = true;
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = Bits == 8 ? (sbyte)packed[i] : (sbyte)((sbyte)(packed[i / 2] << (4 * (1 - (i % 2)))) >> 4);
            sound &= levels[i] >= -Levels;
        }

        return !sound
            ? $"a level is outside {-Levels} to {Levels}"
            : Bits == 4 && levels.Length % 2 == 1 && packed[^1] >= 0x10 ? "the half byte after the last level is not 0" : null;
    }
}
