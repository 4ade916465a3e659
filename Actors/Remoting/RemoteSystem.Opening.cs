using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <content>Listening, dialling, and the end of both.</content>
public sealed partial class RemoteSystem
{
    /// <summary>Begins to listen for other nodes.</summary>
    /// <param name="address">Port 0 takes any free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The address with its port.</returns>
    /// <exception cref="TransportException">The address cannot be listened on; the message names it.</exception>
    public async Task<TransportAddress> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        var listener = new NodeListener(this, await Options.Transport.ListenAsync(address, cancellationToken));
        bool isLate;
        lock (_sync)
        {
            isLate = _closed;
            if (!isLate)
            {
                _listeners.Add(listener);
            }
        }

        if (isLate)
        {
            // Closed in the meantime: nobody would ever close this one.
            await listener.CloseAsync();
            throw new ObjectDisposedException(nameof(RemoteSystem));
        }

        // Outside the lock, as below: with who is there already it shakes hands on this very stack.
        listener.Start();
        return listener.Address;
    }

    /// <summary>Connects to the node at an address and keeps it connected until the system stops. A second call gives the same node.</summary>
    public RemoteNode Connect(TransportAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        RemoteNode added;
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_nodes.Find(node => node.Address == address) is { } known)
            {
                return known;
            }

            added = new RemoteNode(this, address);
            _nodes.Add(added);
        }

        added.Start();
        return added;
    }

    /// <summary>Takes no new connections, sends what is queued, says goodbye.</summary>
    internal async Task CloseAsync()
    {
        NodeListener[] listeners;
        RemoteNode[] nodes;
        lock (_sync)
        {
            _closed = true;
            listeners = [.. _listeners];
            nodes = [.. _nodes];
        }

        Task closing = Task.WhenAll(nodes.Select(node => node.CloseAsync()));
        await Task.WhenAll(listeners.Select(listener => listener.CloseAsync()));
        await Task.WhenAll(_endpoints.Values.Select(endpoint => endpoint.CloseAsync()));
        await closing;
    }

    /// <summary>The system has stopped: who still awaits a connection hears of it, and goes on on this very stack.</summary>
    internal void EndWaits()
    {
        RemoteNode[] nodes;
        lock (_sync)
        {
            nodes = [.. _nodes];
        }

        foreach (RemoteNode node in nodes)
        {
            node.EndWaits();
        }
    }
}
