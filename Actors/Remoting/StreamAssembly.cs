using System.Buffers;
using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>A large message that is arriving in chunks.</summary>
/// <remarks>The buffer grows with what has really arrived, to at most twice that: an announced length alone costs nothing.</remarks>
internal sealed class StreamAssembly(MessageFrame head, int total)
{
    private byte[] _bytes = [];
    private int _length;

    public MessageFrame Head { get; } = head;

    public bool IsWhole => _length == total;

    public ReadOnlySpan<byte> Body => _bytes.AsSpan(0, _length);

    public void Append(ReadOnlySpan<byte> chunk)
    {
        if (chunk.IsEmpty || chunk.Length > total - _length)
        {
            throw new ProtocolException($"A chunk of {chunk.Length} bytes came for a stream that lacks {total - _length}.");
        }

        if (_length + chunk.Length > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(total, Math.Max(2L * _bytes.Length, _length + chunk.Length)));
            Body.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        chunk.CopyTo(_bytes.AsSpan(_length));
        _length += chunk.Length;
    }

    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }
}
