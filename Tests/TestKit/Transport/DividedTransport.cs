using FedActors.Actors.Transport;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>Dials by one transport and listens by another that speaks the same.</summary>
public sealed class DividedTransport(ITransport dialing, ITransport listening) : ITransport
{
    public string Name => dialing.Name;

    public int BulkWindowBytes => dialing.BulkWindowBytes;

    public ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default) =>
        listening.ListenAsync(address, cancellationToken);

    public ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default) =>
        dialing.ConnectAsync(address, cancellationToken);
}
