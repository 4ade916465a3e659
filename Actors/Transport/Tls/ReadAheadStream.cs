using System.Buffers;
using System.Runtime.CompilerServices;

namespace FedActors.Actors.Transport.Tls;

/// <summary>Reads a connection further than it is asked to, as long as much comes: TLS asks for one record at a time, which is 16 KiB.</summary>
/// <remarks>
/// Records that are there already are then decrypted one after the other, without a system call, and a wait for the next, for each.
/// Measured with a bare SslStream beside this one: 1.2 and 1.4 GB/s. Where little comes, reads pass through, and no memory is held;
/// after much, until something comes again, be it a heartbeat. It owns its buffer and not the connection.
/// </remarks>
internal sealed class ReadAheadStream(Stream network) : PassingStream(network)
{
    private const int BufferBytes = 256 * 1024;

    // The most that a record has: its head, and 16 KiB with what any protocol adds.
    private const int MostRecordBytes = 5 + (16 * 1024) + 2048;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private bool _hasMore;
    private volatile bool _reading;

    /// <summary>Bytes of memory that it holds now.</summary>
    public int HeldBytes => _buffer.Length;

    /// <summary>Whether a whole record is here, so that TLS can go on without the network.</summary>
    public bool HoldsRecord => _end - _start >= MostRecordBytes;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start < _end)
        {
            return ValueTask.FromResult(Take(buffer.Span));
        }

        return _hasMore && buffer.Length < BufferBytes ? ReadAheadAsync(buffer, cancellationToken) : ReadThroughAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => _start < _end ? Take(buffer.AsSpan(offset, count)) : base.Read(buffer, offset, count);

    protected override void Dispose(bool disposing)
    {
        // A read that the end of the connection has not reached yet keeps its buffer, which is then lost to the pool.
        if (!_reading)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    /// <summary>A read that fills what it was given may have left more behind.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadThroughAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read = await Network.ReadAsync(buffer, cancellationToken);
        _hasMore = read > 0 && read == buffer.Length;
        return read;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        }

        _reading = true;
        int read = await Network.ReadAsync(_buffer, cancellationToken);
        _reading = false;
        _hasMore = read > buffer.Length;
        _start = 0;
        _end = read;
        return Take(buffer.Span);
    }

    private int Take(Span<byte> destination)
    {
        int taken = Math.Min(destination.Length, _end - _start);
        _buffer.AsSpan(_start, taken).CopyTo(destination);
        _start += taken;
        if (_start == _end && !_hasMore)
        {
            Release();
        }

        return taken;
    }

    private void Release()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
