using System.Buffers;
using System.Runtime.InteropServices;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <summary>A large message that is arriving in chunks.</summary>
/// <remarks>
/// Its bytes gather in memory of its own, of which its vectors then are views: receiving costs the message and nothing besides. An
/// announced length alone costs nothing: a small part must really arrive, in borrowed memory, before more is taken, and then at most so
/// many times what has come; memory that nothing is written to is not resident. Memory that a former message left is there anyhow, and is
/// taken at once.
/// </remarks>
internal sealed class StreamAssembly(MessageFrame head, int total, int phase, VectorPool vectors)
{
    // A small part of what is large: to copy it once more costs nothing that matters.
    private const int BorrowedBytes = 256 * 1024;
    private const long Growth = 64;

    private readonly int _offset = (sizeof(float) - (phase % sizeof(float))) % sizeof(float);
    private byte[]? _borrowed;
    private float[]? _own;
    private Memory<byte> _place;
    private bool _begun;
    private int _room;
    private int _length;
    private int _lengthOfRound = -1;

    public MessageFrame Head { get; } = head;

    public int Total => total;

    public bool IsWhole => _length == total;

    /// <summary>A reader of the message, which is whole.</summary>
    public MessagePackReader Read(IActorRefResolver resolver) => new(_own!, _offset, total, vectors, resolver);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes.Length > total - _length)
        {
            throw new ProtocolException($"A chunk of {bytes.Length} bytes came for a stream that lacks {total - _length}.");
        }

        int end = _length + bytes.Length;
        TakeSpare();
        if (_own is null && end < total && end <= BorrowedBytes)
        {
            bytes.CopyTo(Borrowed(end)[_length..]);
        }
        else
        {
            bytes.CopyTo(Own(end)[_length..]);
        }

        _length = end;
    }

    /// <summary>Where the next bytes belong, if there is memory for them already; else nothing.</summary>
    /// <param name="most">No more than so many.</param>
    public Memory<byte> Place(int most)
    {
        TakeSpare();
        return _own is null ? default : _place.Slice(_length, Math.Min(most, _room - _length));
    }

    /// <summary>Notes that bytes were put where they belong.</summary>
    public void AppendPlaced(int bytes) => _length += bytes;

    /// <summary>A round of chunks is over.</summary>
    /// <returns>Whether this one has got any, or has begun within the round.</returns>
    public bool EndRound()
    {
        bool hasGrown = _length > _lengthOfRound;
        _lengthOfRound = _length;
        return hasGrown;
    }

    /// <summary>Gives memory back.</summary>
    /// <param name="kept">Whether the message has kept the memory that it gathered in.</param>
    public void Release(bool kept)
    {
        ReleaseBorrowed();
        if (_own is { } own && !kept)
        {
            vectors.Return(own);
        }

        _own = null;
        _place = default;
    }

    private void TakeSpare()
    {
        if (!_begun)
        {
            _begun = true;
            if (vectors.TryRentSpare(VectorLength(total)) is { } spare)
            {
                Use(spare, total);
            }
        }
    }

    private void Use(float[] vector, int room)
    {
        _own = vector;
        _room = room;
        _place = new SinglesAsBytes(vector).Memory.Slice(_offset, room);
    }

    private int VectorLength(int bytes) => (int)((bytes + (long)_offset + sizeof(float) - 1) / sizeof(float));

    private void ReleaseBorrowed()
    {
        byte[]? borrowed = _borrowed;
        _borrowed = null;
        if (borrowed is not null)
        {
            ArrayPool<byte>.Shared.Return(borrowed);
        }
    }

    /// <summary>Borrowed memory, with room up to <paramref name="end"/>, and at most as much again.</summary>
    private Span<byte> Borrowed(int end)
    {
        if (_borrowed is null || end > _borrowed.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(end, 2 * _length));
            _borrowed.AsSpan(0, _length).CopyTo(larger);
            ReleaseBorrowed();
            _borrowed = larger;
        }

        return _borrowed;
    }

    /// <summary>The message's own memory, with room up to <paramref name="end"/>.</summary>
    private Span<byte> Own(int end)
    {
        if (_own is null || end > _room)
        {
            int room = (int)Math.Min(total, Growth * Math.Max(end, BorrowedBytes));
            float[] larger = vectors.Rent(VectorLength(room));
            ReadOnlySpan<byte> arrived = _own is null ? _borrowed.AsSpan(0, _length) : _place.Span[.._length];
            arrived.CopyTo(MemoryMarshal.AsBytes(larger.AsSpan())[_offset..]);
            Release(kept: false);
            Use(larger, room);
        }

        return _place.Span;
    }
}
