using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

public sealed class TlsQueueTests : QueueContract
{
    protected override ITransport CreateTransport() => new TestCertificates().Transport();
}
