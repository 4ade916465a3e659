using System.Buffers;
using System.Buffers.Binary;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>Frames one after another in one pooled array, each begun before its length is known.</summary>
/// <remarks>Layout of a frame: 4 bytes big-endian payload length, then the payload, one MessagePack array.</remarks>
internal sealed class FrameBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>Bytes of a frame's length.</summary>
    public const int PrefixBytes = 4;

    private const int InitialBytes = 4096;

    // Nothing is rented before something is written: a node may know thousands of others to which it says nothing.
    private byte[] _bytes = [];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Reserves room for a frame's length.</summary>
    /// <returns>The frame's start, for <see cref="EndFrame"/> or <see cref="Truncate"/>.</returns>
    public int BeginFrame()
    {
        int start = Length;
        GetSpan(PrefixBytes);
        Length += PrefixBytes;
        return start;
    }

    /// <summary>Fills in the length of the frame begun at <paramref name="start"/>.</summary>
    /// <param name="start">The frame's start.</param>
    /// <param name="behind">Bytes of the frame that do not stand in this buffer.</param>
    public void EndFrame(int start, int behind = 0) =>
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start), Length - start - PrefixBytes + behind);

    /// <summary>Forgets what was written from <paramref name="length"/> on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Takes the array away with what stands from <paramref name="start"/> on; what stands before stays in a new array.</summary>
    /// <remarks>So a large message is encoded once, wherever it turns out to be large.</remarks>
    public ArraySegment<byte> Detach(int start)
    {
        byte[] large = _bytes;
        var detached = new ArraySegment<byte>(large, start, Length - start);
        _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBytes, start));
        large.AsSpan(0, start).CopyTo(_bytes);
        Length = start;
        return detached;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Grow(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_bytes.Length - Length >= needed)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBytes, Math.Max(checked(Length + needed), _bytes.Length * 2)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
