using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Transport;

/// <summary>Whoever of the two has a thread of its own wait for the sockets, a connection does what all do.</summary>
public static class LowLatencyTransportTests
{
    public sealed class Tcp : TransportContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TcpDialer : TransportContract
    {
        protected override ITransport Transport { get; } = new DividedTransport(dialing: LowLatency.Tcp(), listening: new TcpTransport());
    }

    public sealed class TcpListener : TransportContract
    {
        protected override ITransport Transport { get; } = new DividedTransport(dialing: new TcpTransport(), listening: LowLatency.Tcp());
    }

    public sealed class Tls : TransportContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();
    }

    public sealed class TlsDialer : TransportContract
    {
        private static readonly TestCertificates Certificates = new();

        protected override ITransport Transport { get; } = new DividedTransport(dialing: Certificates.Transport(lowLatency: true), listening: Certificates.Transport());
    }

    public sealed class TlsListener : TransportContract
    {
        private static readonly TestCertificates Certificates = new();

        protected override ITransport Transport { get; } = new DividedTransport(dialing: Certificates.Transport(), listening: Certificates.Transport(lowLatency: true));
    }
}
