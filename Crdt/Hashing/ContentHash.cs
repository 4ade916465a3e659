using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FedActors.Crdt;

/// <summary>The SHA-256 of some bytes, ordered as a number of 256 bits. The default value is the hash of nothing known; tombstones bear it.</summary>
public readonly record struct ContentHash : IComparable<ContentHash>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Reads a hash.</summary>
    /// <param name="bytes">Exactly <see cref="Length"/> bytes, most significant first.</param>
    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A hash has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    private ContentHash(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>Hashes bytes.</summary>
    public static ContentHash Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(bytes, hash);
        return new ContentHash(hash);
    }

    /// <summary>Writes the hash.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <inheritdoc/>
    public int CompareTo(ContentHash other) =>
        _a != other._a ? _a.CompareTo(other._a)
        : _b != other._b ? _b.CompareTo(other._b)
        : _c != other._c ? _c.CompareTo(other._c)
        : _d.CompareTo(other._d);

    /// <summary>A part of the hash: its bits are already spread.</summary>
    public override int GetHashCode() => (int)_a;

    /// <summary>The hash as 64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The sum modulo 2^256.</summary>
    internal ContentHash Plus(ContentHash other)
    {
        // At most one of the two additions of a lane carries.
        ulong d = _d + other._d;
        ulong carry = d < _d ? 1UL : 0;
        ulong c = _c + other._c;
        ulong cWithCarry = c + carry;
        carry = (c < _c ? 1UL : 0) + (cWithCarry < c ? 1UL : 0);
        ulong b = _b + other._b;
        ulong bWithCarry = b + carry;
        carry = (b < _b ? 1UL : 0) + (bWithCarry < b ? 1UL : 0);
        return new ContentHash(_a + other._a + carry, bWithCarry, cWithCarry, d);
    }

    /// <summary>What added to this gives zero modulo 2^256.</summary>
    internal ContentHash Negated() => new ContentHash(~_a, ~_b, ~_c, ~_d).Plus(new ContentHash(0, 0, 0, 1));
}
