using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>A connection whose socket the reactor waits for, as a stream. It owns the socket.</summary>
/// <remarks>One reads at a time. Writers may be several, since TLS may answer by itself while it reads: they write one behind the other.</remarks>
internal sealed class PolledStream(PolledSocket socket) : Stream
{
    private readonly SemaphoreSlim _writing = new(1, 1);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Waits for the first bytes and leaves them where they are.</summary>
    /// <returns>How many there are, up to the length of the buffer; 0 at the end.</returns>
    public async ValueTask<int> PeekAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int? read;
        while ((read = socket.TryReceive(buffer.Span, SocketFlags.Peek)) is null)
        {
            await socket.WhenReadableAsync(cancellationToken);
        }

        return read.Value;
    }

    /// <remarks>A read into no room returns when there may be something, or the end.</remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (buffer.IsEmpty)
            {
                if (socket.MayHaveMore)
                {
                    return 0;
                }
            }
            else if (socket.TryReceive(buffer.Span) is { } read)
            {
                if (socket.IsLeaving)
                {
                    // Bulk, of which more may be there already: who reads would stay with it.
                    await Task.Yield();
                }

                return read;
            }

            await socket.WhenReadableAsync(cancellationToken);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            while (!buffer.IsEmpty)
            {
                if (socket.TrySend(buffer.Span) is { } sent)
                {
                    buffer = buffer[sent..];
                }
                else
                {
                    await socket.WhenWritableAsync(cancellationToken);
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw Asynchronously();

    public override void Write(byte[] buffer, int offset, int count) => throw Asynchronously();

    public override void Flush()
    {
        // What is written is sent at once.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Close();
        }

        base.Dispose(disposing);
    }

    private static NotSupportedException Asynchronously() => new("This stream is read and written asynchronously: its socket waits for nothing.");
}
