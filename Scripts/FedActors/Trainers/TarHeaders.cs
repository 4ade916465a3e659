using System.Buffers.Binary;
using System.Text;

namespace FedActors.Scripts.Trainers;

/// <summary>Looks at a tar's headers before anything reads it: entries that describe others are read into memory whole, however large they say that they are.</summary>
/// <remarks>POSIX.1-2017, pax, and GNU tar for long names and sizes in base 256.</remarks>
internal static class TarHeaders
{
    /// <summary>Most bytes of an entry that describes others: some names and times.</summary>
    public const int MaxDescriptionBytes = 1 << 16;

    private const int BlockBytes = 512;
    private const int TypeOffset = 156;
    private const int SizeOffset = 124;
    private const int SizeBytes = 12;

    /// <summary>Reads to the end.</summary>
    /// <param name="tar">The archive, unpacked.</param>
    /// <param name="maxBytes">Most bytes of all entries.</param>
    /// <exception cref="InvalidDataException">A size is none, or larger than allowed.</exception>
    public static void Check(Stream tar, long maxBytes)
    {
        byte[] block = new byte[BlockBytes];
        long bytes = 0;
        while (tar.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false) == BlockBytes && block.AsSpan().ContainsAnyExcept((byte)0))
        {
            long size = SizeOf(block.AsSpan(SizeOffset, SizeBytes));
            if (block[TypeOffset] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K' && size > MaxDescriptionBytes)
            {
                throw new InvalidDataException($"an entry that describes another has {size:N0} bytes; at most {MaxDescriptionBytes:N0} are read");
            }

            bytes += size;
            if (bytes > maxBytes)
            {
                throw new InvalidDataException($"its entries have more than {maxBytes:N0} bytes");
            }

            if (block[TypeOffset] is (byte)'x' or (byte)'g')
            {
                byte[] records = new byte[(size + BlockBytes - 1) / BlockBytes * BlockBytes];
                tar.ReadExactly(records);
                CheckRecords(records.AsSpan(0, (int)size));
            }
            else
            {
                Skip(tar, (size + BlockBytes - 1) / BlockBytes, block);
            }
        }
    }

    /// <summary>Records of pax: a length, which counts itself, a space, a key, "=", a value, and a new line.</summary>
    /// <exception cref="InvalidDataException">One says an entry's size: whoever believes it finds headers that were skipped here. No entry that is allowed needs one.</exception>
    private static void CheckRecords(ReadOnlySpan<byte> records)
    {
        // Whoever cuts them otherwise than by their length cuts them at new lines, and is to find nothing else.
        while (records.IndexOf((byte)'\n') is >= 0 and var end)
        {
            ReadOnlySpan<byte> record = records[..end];
            ReadOnlySpan<byte> keyed = record[(record.IndexOf((byte)' ') + 1)..];
            if (keyed.TrimStart(" \t"u8).StartsWith("size="u8))
            {
                throw new InvalidDataException("an entry's size is said beside its header");
            }

            records = records[(end + 1)..];
        }
    }

    private static void Skip(Stream tar, long blocks, byte[] buffer)
    {
        for (; blocks > 0; blocks--)
        {
            tar.ReadExactly(buffer);
        }
    }

    private static long SizeOf(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return field[..4] is [0x80, 0, 0, 0] && BinaryPrimitives.ReadInt64BigEndian(field[4..]) is >= 0 and var large and < long.MaxValue / 2
                ? large
                : throw new InvalidDataException("an entry's size is too large");
        }

        long size = 0;
        foreach (byte digit in field.Trim(" \0"u8))
        {
            size = digit is >= (byte)'0' and <= (byte)'7' ? (size << 3) | (uint)(digit - '0') : throw new InvalidDataException($"\"{Encoding.Latin1.GetString(field)}\" is no entry's size");
        }

        return size;
    }
}
