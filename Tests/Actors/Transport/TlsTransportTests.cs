using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Transport;

public sealed class TlsTransportTests : TransportContract
{
    protected override ITransport Transport { get; } = new TestCertificates().Transport();
}
