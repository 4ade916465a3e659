using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

public sealed class TlsUnreadTests : UnreadContract
{
    protected override ITransport Transport { get; } = new TestCertificates().Transport();
}
