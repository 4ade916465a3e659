using System.Numerics;

namespace FedActors.FL.Compression;

/// <summary>Reads a compressed body from the front. Nothing is read past its end, and nothing is allocated.</summary>
internal ref struct BodyReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Bytes of the longest whole number: 7 bits in each.</summary>
    private const int MaxNumberBytes = 5;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Bytes that are left.</summary>
    public readonly int Length => _rest.Length;

    /// <summary>What is left.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Bytes that <see cref="WriteNumber"/> takes for a number.</summary>
    public static int SizeOfNumber(int value) => value == 0 ? 1 : (BitOperations.Log2((uint)value) / 7) + 1;

    /// <summary>Writes a whole number, the low seven bits first; all bytes but the last have the high bit set.</summary>
    /// <returns>What is left of the room.</returns>
    public static Span<byte> WriteNumber(Span<byte> room, int value)
    {
        uint rest = (uint)value;
        int at = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            room[at++] = (byte)(rest | 0x80);
        }

        room[at++] = (byte)rest;
        return room[at..];
    }

    /// <summary>Takes some bytes, if there are so many.</summary>
    public bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        bool enough = count <= _rest.Length;
        taken = enough ? _rest[..count] : [];
        _rest = enough ? _rest[count..] : _rest;
        return enough;
    }

    /// <summary>Reads a whole number in the one way of writing it.</summary>
    public bool TryReadNumber(out int value)
    {
        uint number = 0;
        int bytes = Math.Min(MaxNumberBytes, _rest.Length);
        for (int at = 0; at < bytes; at++)
        {
            uint bits = _rest[at];
            number |= (bits & 0x7F) << (7 * at);
            if (bits < 0x80)
            {
                // A last byte of nothing, or bits that do not fit into 31, would be a second way of writing a number, or none.
                bool proper = at == 0 || (bits != 0 && (at < MaxNumberBytes - 1 || bits < 0x08));
                value = proper ? (int)number : 0;
                _rest = proper ? _rest[(at + 1)..] : _rest;
                return proper;
            }
        }

        value = 0;
        return false;
    }
}
