using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class TcpQueueTests : QueueContract
{
    protected override ITransport CreateTransport() => new TcpTransport();
}
