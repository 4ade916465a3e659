namespace FedActors.Actors.Transport;

/// <summary>Moves bytes between nodes. Framing, handshake, lanes and liveness lie above it and are the same for every transport.</summary>
public interface ITransport
{
    /// <summary>What the transport is, for logs: <c>tcp</c>, <c>tls</c>, <c>memory</c>.</summary>
    string Name { get; }

    /// <summary>Bulk bytes that may be under way to this side on one connection: enough to keep it busy. Whoever sends leaves most of them unused while small messages go beside them.</summary>
    int BulkWindowBytes { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="address">Port 0 takes any free one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The address cannot be listened on.</exception>
    ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default);

    /// <summary>Connects to a listener.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="cancellationToken">Gives up; bounds how long the attempt may take.</param>
    /// <returns>A connection that is open.</returns>
    /// <exception cref="TransportException">There is no connection to be had; the fault says why.</exception>
    ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default);
}
