using System.Collections.Concurrent;
using FedActors.Actors.Transport;

namespace FedActors.Tests.FL.Roles;

/// <summary>One node's way to the network, which can be cut as if the process had been killed: nothing gets out any more, no goodbye either.</summary>
internal sealed class CuttableTransport(ITransport network) : ITransport
{
    private readonly ConcurrentBag<ITransportConnection> _connections = [];
    private readonly ConcurrentDictionary<TransportAddress, ConcurrentBag<ITransportConnection>> _dialled = [];
    private volatile TransportAddress? _cutFrom;
    private volatile bool _cut;

    public string Name => network.Name;

    public int BulkWindowBytes => network.BulkWindowBytes;

    public void Cut()
    {
        _cut = true;
        foreach (ITransportConnection connection in _connections)
        {
            connection.Abort();
        }
    }

    /// <summary>Cuts the way to one address, for good.</summary>
    public void CutFrom(TransportAddress address)
    {
        _cutFrom = address;
        foreach (ITransportConnection connection in _dialled.GetOrAdd(address, _ => []))
        {
            connection.Abort();
        }
    }

    public async ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default) =>
        new Listener(this, await network.ListenAsync(address, cancellationToken));

    public async ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        if (_cut)
        {
            throw new TransportException(TransportFault.Refused, "This node was cut off.");
        }

        ITransportConnection connection = Track(await network.ConnectAsync(address, cancellationToken));
        _dialled.GetOrAdd(address, _ => []).Add(connection);
        if (address == _cutFrom)
        {
            connection.Abort();
        }

        return connection;
    }

    private ITransportConnection Track(ITransportConnection connection)
    {
        _connections.Add(connection);
        if (_cut)
        {
            connection.Abort();
        }

        return connection;
    }

    private sealed class Listener(CuttableTransport owner, ITransportListener inner) : ITransportListener
    {
        public TransportAddress Address => inner.Address;

        public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await inner.AcceptAsync(cancellationToken) is { } connection ? owner.Track(connection) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
