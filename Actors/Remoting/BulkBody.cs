using System.Buffers;
using System.Runtime.InteropServices;

namespace FedActors.Actors.Remoting;

/// <summary>The bytes of a large message: what was encoded, and between it the vectors that it refers to. Read front to back, a chunk at a time.</summary>
internal sealed class BulkBody
{
    // Less is copied sooner than referred to.
    private const int LeastInPlace = 8 * 1024;

    private readonly byte[] _encoded;
    private readonly int _offset;
    private readonly int _encodedLength;
    private readonly (int End, ReadOnlyMemory<float> Values)[] _shared;
    private int _encodedRead;
    private int _part;
    private int _partRead;
    private SinglesAsBytes? _partBytes;

    /// <param name="encoded">Rented; given back with <see cref="Release"/>.</param>
    /// <param name="offset">Where the encoded bytes begin in it.</param>
    /// <param name="encodedLength">How many there are.</param>
    /// <param name="shared">The vectors, in order, each with the number of encoded bytes that stand before it.</param>
    public BulkBody(byte[] encoded, int offset, int encodedLength, (int End, ReadOnlyMemory<float> Values)[] shared)
    {
        _encoded = encoded;
        _offset = offset;
        _encodedLength = encodedLength;
        _shared = shared;
        long length = encodedLength;
        foreach ((_, ReadOnlyMemory<float> values) in shared)
        {
            length += (long)values.Length * sizeof(float);
        }

        Length = checked((int)length);
    }

    public int Length { get; }

    /// <summary>Those of the bytes that stand nowhere else in the process.</summary>
    public int EncodedLength => _encodedLength;

    /// <summary>How far the first vector stands off a multiple of its elements' size, so that the receiver can put it in place.</summary>
    public int Phase => _shared.Length == 0 ? 0 : _shared[0].End % sizeof(float);

    /// <summary>Reads the next bytes.</summary>
    /// <param name="destination">Filled whole; no longer than what is left.</param>
    public void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> next = Next();
            int taken = Math.Min(next.Length, destination.Length);
            next[..taken].CopyTo(destination);
            destination = destination[taken..];
            Advance(taken);
        }
    }

    /// <summary>How many bytes can be read before what they stand in ends.</summary>
    public int NextLength => Next().Length;

    /// <summary>Reads the next bytes from where they lie, if they stand in an array of the program's and are many.</summary>
    /// <param name="most">No more than so many.</param>
    /// <param name="bytes">The bytes.</param>
    /// <remarks>Encoded bytes are never read so: their memory is another's as soon as the other side says that it has them, though they be under way yet.</remarks>
    public bool TryReadInPlace(int most, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (IsWithinEncoded || Math.Min(most, NextLength) < LeastInPlace || !MemoryMarshal.TryGetArray(_shared[_part].Values, out ArraySegment<float> array))
        {
            return false;
        }

        _partBytes ??= new SinglesAsBytes(array.Array!, array.Offset, array.Count);
        bytes = _partBytes.Memory.Slice(_partRead, Math.Min(most, NextLength));
        Advance(bytes.Length);
        return true;
    }

    public void Rewind()
    {
        _encodedRead = 0;
        _part = 0;
        _partRead = 0;
        _partBytes = null;
    }

    public void Release() => ArrayPool<byte>.Shared.Return(_encoded);

    private bool IsWithinEncoded => _part == _shared.Length || _encodedRead < _shared[_part].End;

    private ReadOnlySpan<byte> Next()
    {
        if (!IsWithinEncoded)
        {
            return MemoryMarshal.AsBytes(_shared[_part].Values.Span)[_partRead..];
        }

        int end = _part == _shared.Length ? _encodedLength : _shared[_part].End;
        return _encoded.AsSpan(_offset + _encodedRead, end - _encodedRead);
    }

    private void Advance(int bytes)
    {
        if (IsWithinEncoded)
        {
            _encodedRead += bytes;
            return;
        }

        _partRead += bytes;
        if (_partRead == _shared[_part].Values.Length * sizeof(float))
        {
            _part++;
            _partRead = 0;
            _partBytes = null;
        }
    }
}
