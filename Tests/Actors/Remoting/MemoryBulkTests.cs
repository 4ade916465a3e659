using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Remoting;

public sealed class MemoryBulkTests : BulkContract
{
    protected override ITransport Transport { get; } = new MemoryTransport();
}
