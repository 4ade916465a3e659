using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class MemoryReconnectTests : ReconnectContract
{
    protected override ITransport CreateTransport() => new MemoryTransport();
}
