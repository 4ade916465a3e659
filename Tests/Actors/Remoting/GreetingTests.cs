using System.IO.Pipelines;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Connections that are shaking hands, beside others that do, and however they end.</summary>
public sealed class GreetingTests
{
    private readonly MemoryTransport _transport = new();

    [Fact]
    public async Task Node_ThatGreetsAgain_IsNotForgottenForANewcomer()
    {
        // The newcomer got its place, and the connection that followed belonged to state which nobody could find, or close, any more.
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with
        {
            Limits = RemotingLimits.Default with { MaxConnections = 1 },
            ReconnectGrace = TimeSpan.FromMilliseconds(1),
        });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        Task<NodeLost> lost = server.NextAsync<NodeLost>();
        await using (RawPeer former = await RawPeer.DialAsync(_transport, address))
        {
            await former.ShakeHandsAsync("known", incarnation: 1);
            await Eventually.True(() => server.Remote.ConnectedNodes.Count == 1);
        }

        await lost.Limit();
        await using RawPeer again = await RawPeer.DialAsync(_transport, address);
        await again.SendAsync(Hello("known"));
        Greeting welcome = RawPeer.ReadWelcome(await again.ReadFrameAsync());
        await using (RawPeer newcomer = await RawPeer.DialAsync(_transport, address))
        {
            await newcomer.SendAsync(Hello("newcomer"));
            (await newcomer.ReadRefusalAsync()).Code.Should().Be(RefusalCode.TooMany);
        }

        await again.SendReadyAsync(welcome);

        await Eventually.True(() => server.Remote.ConnectedNodes.SequenceEqual(["known"]));
    }

    [Fact]
    public async Task Connection_ThatFailsWhenItIsClosed_GivesItsPlaceToTheNext()
    {
        await using ActorSystem server = TestNodes.Create(
            new FailingAtItsEnd(_transport), "server", options => options with { Limits = RemotingLimits.Default with { MaxHandshakes = 1 } });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using (RawPeer silent = await RawPeer.DialAsync(_transport, address))
        {
            await silent.SendBytesAsync([0, 0, 0, 1, 0]);
        }

        await using ActorSystem client = TestNodes.Create(_transport, "client");
        (await client.Remote.Connect(address).WhenConnectedAsync().Limit()).Should().Be("server");
    }

    [Fact]
    public async Task Admission_ThatThrows_CostsOneConnectionAndIsSaid()
    {
        using var log = new CollectedLog();
        int asked = 0;
        await using ActorSystem server = TestNodes.Create(
            _transport,
            "server",
            options => options with { Admit = (_, _) => Interlocked.Increment(ref asked) > 1 ? null : throw new InvalidOperationException("Not yet.") },
            options => options with { LoggerFactory = log });
        await using ActorSystem client = TestNodes.Create(_transport, "client");

        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));

        (await node.WhenConnectedAsync().Limit()).Should().Be("server");
        log.Lines.Should().ContainSingle(line => line.EventId == 1026);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData((128 * 1024) + 1)]
    [InlineData(int.MaxValue)]
    public async Task Node_ThatGrantsByMoreThanHalfItsWindow_IsRefused(int grantBytes)
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();
        await using RawPeer peer = await RawPeer.DialAsync(_transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        Greeting greeting = RawPeer.Greeting("peer") with { BulkWindowBytes = 256 * 1024, GrantBytes = grantBytes };

        await peer.SendAsync((ref MessagePackWriter writer) => greeting.Write(ref writer, FrameKind.Hello));

        (await refused.Limit()).Reason.Should().Contain($"grants by {grantBytes} bytes");
    }

    private static WriteValues Hello(string node) => (ref MessagePackWriter writer) => RawPeer.Greeting(node).Write(ref writer, FrameKind.Hello);

    /// <summary>Connections that are accepted and then not as easily closed.</summary>
    private sealed class FailingAtItsEnd(ITransport inner) : ITransport
    {
        public string Name => inner.Name;

        public int BulkWindowBytes => inner.BulkWindowBytes;

        public async ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default) =>
            new Listener(await inner.ListenAsync(address, cancellationToken));

        public ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default) =>
            inner.ConnectAsync(address, cancellationToken);

        private sealed class Listener(ITransportListener inner) : ITransportListener
        {
            public TransportAddress Address => inner.Address;

            public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default) =>
                await inner.AcceptAsync(cancellationToken) is { } connection ? new Connection(connection) : null;

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }

        private sealed class Connection(ITransportConnection inner) : ITransportConnection
        {
            public PipeReader Input => inner.Input;

            public PipeWriter Output => inner.Output;

            public string RemoteAddress => inner.RemoteAddress;

            public string Origin => inner.Origin;

            public PeerIdentity? Peer => inner.Peer;

            public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

            public ValueTask FinishAsync() => inner.FinishAsync();

            public void Abort() => inner.Abort();

            public async ValueTask DisposeAsync()
            {
                await inner.DisposeAsync();
                throw new IOException("It was broken already.");
            }
        }
    }
}
