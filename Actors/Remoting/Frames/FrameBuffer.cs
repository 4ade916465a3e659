using System.Buffers;
using System.Buffers.Binary;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>Frames one after another in one pooled array, each begun before its length is known.</summary>
/// <remarks>Layout of a frame: 4 bytes big-endian payload length, then the payload, one MessagePack array.</remarks>
internal sealed class FrameBuffer : ISharingBufferWriter, IDisposable
{
    /// <summary>Bytes of a frame's length.</summary>
    public const int PrefixBytes = 4;

    private const int InitialBytes = 4096;

    private readonly List<(int End, ReadOnlyMemory<float> Values)> _shared = [];

    // Nothing is rented before something is written: a node may know thousands of others to which it says nothing.
    private byte[] _bytes = [];

    /// <summary>Bytes that are referred to and do not stand in this buffer. Only a message that is then detached may refer to any.</summary>
    public int SharedBytes { get; private set; }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of the array.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>What can be written without more memory: the beginning of what <see cref="GetSpan"/> would hand out.</summary>
    public Span<byte> Room => _bytes.AsSpan(Length);

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
    public void Truncate(int length)
    {
        Length = length;
        SharedBytes = 0;
        _shared.Clear();
    }

    /// <summary>Takes away what stands from <paramref name="start"/> on, with what it refers to; what stands before stays.</summary>
    /// <remarks>A large array goes along as it is: so a large message is encoded once, wherever it turns out to be large.</remarks>
    public BulkBody Detach(int start)
    {
        int length = Length - start;
        byte[] taken = _bytes;
        int offset = start;
        if (SharedBytes > 0)
        {
            taken = ArrayPool<byte>.Shared.Rent(length);
            _bytes.AsSpan(start, length).CopyTo(taken);
            offset = 0;
        }
        else
        {
            _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBytes, start));
            taken.AsSpan(0, start).CopyTo(_bytes);
        }

        var body = new BulkBody(taken, offset, length, [.. _shared.ConvertAll(part => (part.End - start, part.Values))]);
        Truncate(start);
        return body;
    }

    public void Share(ReadOnlyMemory<float> values)
    {
        _shared.Add((Length, values));
        SharedBytes = checked(SharedBytes + (values.Length * sizeof(float)));
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
