using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class MemoryQueueTests : QueueContract
{
    protected override ITransport CreateTransport() => new MemoryTransport();
}
