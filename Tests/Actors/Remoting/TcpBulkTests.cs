using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class TcpBulkTests : BulkContract
{
    protected override ITransport Transport { get; } = new TcpTransport();
}
