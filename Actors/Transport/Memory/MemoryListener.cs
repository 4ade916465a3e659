using System.Threading.Channels;

namespace FedActors.Actors.Transport.Memory;

/// <summary>One address of a <see cref="MemoryTransport"/>.</summary>
internal sealed class MemoryListener(TransportAddress address, Action<MemoryListener> disposed) : ITransportListener
{
    /// <summary>Connections waiting to be accepted, as a TCP backlog: further dialers wait.</summary>
    private const int Backlog = 128;

    private readonly Channel<MemoryConnection> _waiting = Channel.CreateBounded<MemoryConnection>(Backlog);

    public TransportAddress Address { get; } = address;

    public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out MemoryConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        disposed(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out MemoryConnection? connection))
        {
            connection.Abort();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>False if the listener is gone.</summary>
    public async ValueTask<bool> TryEnqueueAsync(MemoryConnection connection, CancellationToken cancellationToken)
    {
        while (await _waiting.Writer.WaitToWriteAsync(cancellationToken))
        {
            if (_waiting.Writer.TryWrite(connection))
            {
                return true;
            }
        }

        return false;
    }
}
