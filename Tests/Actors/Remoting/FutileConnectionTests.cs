using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>As how many connections that came to nothing each counts, to the last one that honest nodes may have.</summary>
public sealed class FutileConnectionTests : IDisposable
{
    // As documented beside NodeListener: so many in a row may be an honest node's.
    private const int MostInARow = 8;

    private readonly MemoryTransport _memory = new();
    private readonly CollectedLog _log = new();

    private bool IsSlow => _log.Lines.Any(line => line.EventId == 1029);

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Connections_OfOneNodeThatGoesOnEachTime_CountFromTheNinthShortOneOn()
    {
        var transport = new BreakableTransport(_memory);
        await using ActorSystem server = Server(transport, mayBe: 2);
        int connected = 0;
        using IDisposable connections = server.Events.Subscribe<NodeConnected>(_ => Interlocked.Increment(ref connected));
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);

        // It hears nothing, since the server's clock stands still, and is not to end a connection for it.
        await using ActorSystem node = TestNodes.Create(transport, "node", options => options with { IdleTimeout = TimeSpan.FromDays(1) });
        node.Remote.Connect(address);

        // The first counts: it went on where none was.
        for (int i = 1; i <= MostInARow; i++)
        {
            await Eventually.True(() => Volatile.Read(ref connected) == i);
            transport.BreakAll();
        }

        await Eventually.True(() => Volatile.Read(ref connected) == MostInARow + 1);
        IsSlow.Should().BeFalse();
        transport.BreakAll();

        await Eventually.True(() => IsSlow, "it was short once too often");
    }

    [Fact]
    public async Task Greetings_InTheNameOfANodeThatIsDialled_CountFromTheNinthOneOn()
    {
        await using ITransportListener listener = await _memory.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem server = Server(_memory, mayBe: 1);
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        server.Remote.Connect(listener.Address);
        await using (RawPeer dialled = new((await listener.AcceptAsync().Limit())!))
        {
            await dialled.SendAsync((ref MessagePackWriter writer) =>
                (RawPeer.Greeting("dialled") with { Session = new SessionMemory(1, 0, 0) }).Write(ref writer, FrameKind.Welcome));
            await Eventually.True(() => server.Remote.ConnectedNodes.Contains("dialled"));
        }

        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 0);
        for (int i = 1; i <= MostInARow; i++)
        {
            await GreetAndHangUpAsync(address);
            await Eventually.True(() => server.Remote.Refused == i);
        }

        IsSlow.Should().BeFalse();
        await GreetAndHangUpAsync(address);

        await Eventually.True(() => IsSlow, "a node that really dials, too, does not cross so often");
    }

    [Fact]
    public async Task Certificate_ThatIsRefused_CountsAsFour()
    {
        await using ActorSystem server = Server(new TestCertificates().Transport(), mayBe: 8);
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        TcpTransport stranger = new TestCertificates().Transport();

        await FluentActions.Awaiting(() => stranger.ConnectAsync(address).Limit()).Should().ThrowAsync<TransportException>();
        await Eventually.True(() => server.Remote.Refused == 1);
        IsSlow.Should().BeFalse();
        await FluentActions.Awaiting(() => stranger.ConnectAsync(address).Limit()).Should().ThrowAsync<TransportException>();

        await Eventually.True(() => IsSlow, "two have cost as much as eight");
    }

    private async Task GreetAndHangUpAsync(TransportAddress address)
    {
        await using RawPeer stranger = await RawPeer.DialAsync(_memory, address);
        await stranger.GreetAsync(RawPeer.Greeting("dialled"));
    }

    /// <summary>Its clock stands still, so that every connection is short and none is forgotten.</summary>
    private ActorSystem Server(ITransport transport, int mayBe) => TestNodes.Create(
        transport,
        "server",
        options => options with { Limits = options.Limits with { MaxFutileConnections = mayBe } },
        options => options with { LoggerFactory = _log, Time = new ManualTimeProvider() });
}
