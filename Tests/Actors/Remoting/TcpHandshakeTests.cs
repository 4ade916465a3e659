using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class TcpHandshakeTests : HandshakeContract
{
    protected override ITransport Transport { get; } = new TcpTransport();
}
