using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class TcpReconnectTests : ReconnectContract
{
    protected override ITransport CreateTransport() => new TcpTransport();
}
