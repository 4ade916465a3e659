using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class MemoryUnreadTests : UnreadContract
{
    protected override ITransport Transport { get; } = new MemoryTransport();
}
