namespace FedActors.Actors.Transport.Memory;

/// <summary>A network inside the process. Nodes that share an instance can reach each other.</summary>
public sealed class MemoryTransport : ITransport
{
    private readonly Lock _sync = new();
    private readonly Dictionary<TransportAddress, MemoryListener> _listeners = [];
    private int _nextPort = 1;
    private long _nextConnection;

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public int BulkWindowBytes => 512 * 1024;

    /// <inheritdoc/>
    public ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        lock (_sync)
        {
            TransportAddress bound = address.Port == 0 ? FreeAddress(address.Host) : address;
            var listener = new MemoryListener(bound, Forget);
            if (!_listeners.TryAdd(bound, listener))
            {
                throw new TransportException(
                    TransportFault.AddressInUse, $"Port {bound.Port} on {bound.Host} is in use: stop what listens there, or choose another port (0 takes a free one).");
            }

            return ValueTask.FromResult<ITransportListener>(listener);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        MemoryListener? listener;
        lock (_sync)
        {
            _listeners.TryGetValue(address, out listener);
        }

        (MemoryConnection dialled, MemoryConnection accepted) = MemoryConnection.Pair(address.ToString(), $"memory-{Interlocked.Increment(ref _nextConnection)}");
        if (listener is null || !await listener.TryEnqueueAsync(accepted, cancellationToken))
        {
            throw new TransportException(TransportFault.Refused, $"Nobody listens on {address}.");
        }

        return dialled;
    }

    private TransportAddress FreeAddress(string host)
    {
        var address = new TransportAddress(host, _nextPort++);
        while (_listeners.ContainsKey(address))
        {
            address = address with { Port = _nextPort++ };
        }

        return address;
    }

    private void Forget(MemoryListener listener)
    {
        lock (_sync)
        {
            _listeners.Remove(listener.Address);
        }
    }
}
