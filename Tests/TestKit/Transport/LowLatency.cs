using FedActors.Actors.Transport.Tcp;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>Transports whose sockets a thread of our own waits for.</summary>
public static class LowLatency
{
    public static TcpTransport Tcp() => new(new TcpTransportOptions { LowLatency = true });

    public static TcpTransport Tls() => new TestCertificates().Transport(lowLatency: true);
}
