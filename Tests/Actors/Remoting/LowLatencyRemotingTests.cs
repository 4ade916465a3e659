using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Nodes whose sockets a thread of our own waits for do what all do.</summary>
public static class LowLatencyRemotingTests
{
    public sealed class TcpRemoting : RemotingContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TlsRemoting : RemotingContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();
    }

    public sealed class TcpHandshake : HandshakeContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TlsHandshake : HandshakeContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();
    }

    public sealed class TcpBulk : BulkContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TlsBulk : BulkContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();
    }

    public sealed class TcpCredit : CreditContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TlsCredit : CreditContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();
    }

    public sealed class TcpFullMailbox : FullMailboxContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TlsFullMailbox : FullMailboxContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();
    }

    public sealed class TcpHostilePeer : HostilePeerContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TlsHostilePeer : HostilePeerContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();

        protected override bool ProvesWho => true;
    }

    public sealed class TcpUnread : UnreadContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tcp();
    }

    public sealed class TlsUnread : UnreadContract
    {
        protected override ITransport Transport { get; } = LowLatency.Tls();
    }

    public sealed class TcpQueue : QueueContract
    {
        protected override ITransport CreateTransport() => LowLatency.Tcp();
    }

    public sealed class TlsQueue : QueueContract
    {
        protected override ITransport CreateTransport() => LowLatency.Tls();
    }

    public sealed class TcpReconnect : ReconnectContract
    {
        protected override ITransport CreateTransport() => LowLatency.Tcp();
    }

    public sealed class TlsReconnect : ReconnectContract
    {
        protected override ITransport CreateTransport() => LowLatency.Tls();
    }
}
