using System.Buffers;
using System.Runtime.CompilerServices;

namespace FedActors.Actors.Transport.Tls;

/// <summary>Sends what is written in large pieces, while it is told to gather.</summary>
/// <remarks>
/// TLS writes each record of 16 KiB by itself, which is a system call, and wakes whoever waits for it on the other side. To copy records
/// behind each other costs less. Memory is held only from the first of them until the
/// other side has taken them, at most as long as it may stall. It owns that and not the connection.
/// A lock guards the buffer, since reading may have TLS write, too.
/// </remarks>
internal sealed class GatheringStream(Stream network) : PassingStream(network)
{
    // More than a turn of large messages, with all that goes before it.
    private const int MostBytes = 512 * 1024;

    // At least what TLS adds: 29 bytes to a record of 16 KiB, and some records are short.
    private const int PartAdded = 256;
    private const int LeastAdded = 1024;

    private readonly Lock _sync = new();
    private byte[] _buffer = [];
    private int _length;
    private int _expected;
    private bool _gathers;

    /// <summary>Bytes of memory that it holds now.</summary>
    public int HeldBytes => _buffer.Length;

    /// <summary>Has what is written wait for <see cref="SendAsync"/>, or until it is much.</summary>
    /// <param name="bytes">How much is about to be written, before TLS adds to it.</param>
    public void Gather(int bytes)
    {
        lock (_sync)
        {
            _expected = Math.Min(MostBytes, bytes + (bytes / PartAdded) + LeastAdded);
            _gathers = true;
        }
    }

    /// <summary>Sends what has gathered. What is written from now on is sent at once.</summary>
    public ValueTask SendAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            _gathers = false;
        }

        return SendGatheredAsync(cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        bool isBehind;
        lock (_sync)
        {
            if (_gathers && TryGather(buffer.Span))
            {
                return ValueTask.CompletedTask;
            }

            isBehind = _length > 0;
        }

        return isBehind ? SendBehindAsync(buffer, cancellationToken) : Network.WriteAsync(buffer, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is written asynchronously: records that gathered would be overtaken.");

    private bool TryGather(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(_expected);
        }

        bool fits = bytes.Length <= _buffer.Length - _length;
        if (fits)
        {
            bytes.CopyTo(_buffer.AsSpan(_length));
            _length += bytes.Length;
        }

        return fits;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendBehindAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await SendGatheredAsync(cancellationToken);
        await Network.WriteAsync(bytes, cancellationToken);
    }

    /// <summary>What is being sent is taken out first, so that nothing is written over it.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendGatheredAsync(CancellationToken cancellationToken)
    {
        byte[] gathered;
        int length;
        lock (_sync)
        {
            (gathered, length) = (_buffer, _length);
            (_buffer, _length) = ([], 0);
        }

        if (length > 0)
        {
            await Network.WriteAsync(gathered.AsMemory(0, length), cancellationToken);
        }

        if (gathered.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(gathered);
        }
    }
}
