using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class TcpUnreadTests : UnreadContract
{
    protected override ITransport Transport { get; } = new TcpTransport();
}
