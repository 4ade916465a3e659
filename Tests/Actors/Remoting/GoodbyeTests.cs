using System.IO.Pipelines;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>How a connection begins and ends: what is said first, what is said last, and that nobody waits for the end for ever.</summary>
public sealed class GoodbyeTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ActorSystem _system;
    private readonly Endpoint _endpoint;
    private readonly MemoryConnection _near;
    private readonly RawPeer _peer;
    private readonly MemoryConnection _far;

    public GoodbyeTests()
    {
        _system = TestNodes.Create(new MemoryTransport(), "node", system: options => options with { Time = _clock });
        _endpoint = new Endpoint(_system.Remote, "peer", "peer");
        (_near, _far) = MemoryConnection.Pair("peer", "node");
        _peer = new RawPeer(_far);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _near.DisposeAsync();
        await _system.DisposeAsync();
    }

    /// <summary>Nothing behind a goodbye is heard: what had arrived and was said there counted as lost, and was a dead letter at the other side.</summary>
    [Fact]
    public async Task Goodbye_OfANodeThatHasReceivedSomething_ComesAfterThatIsSaid()
    {
        var sender = new LinkSender(_endpoint, _near.Output, RemotingLimits.Default, RawPeer.Greeting("peer"));
        Task sending = sender.RunAsync(_near, CancellationToken.None);
        _endpoint.CountArrived();

        sender.Close();

        await sending.Limit();
        KindOf(await _peer.ReadFrameAsync()).Should().Be(FrameKind.Received);
        KindOf(await _peer.ReadFrameAsync()).Should().Be(FrameKind.Bye);
    }

    /// <summary>Room that came just when a dialled connection was taken into use was granted before the other side heard of the connection, which it refused.</summary>
    [Fact]
    public async Task Room_BeforeAConnectionHasBegun_IsGrantedAfterItsReady()
    {
        var memory = new SessionMemory(1, 2, 0);
        var link = new Link(_endpoint, _near, _system.Remote.Options, RawPeer.Greeting("peer"), withheldBytes: 512 * 1024);

        link.OnRoom();
        link.Start(memory);

        KindOf(await _peer.ReadFrameAsync()).Should().Be(FrameKind.Ready);
        KindOf(await _peer.ReadFrameAsync()).Should().Be(FrameKind.Credit);
        link.Abort("the test has seen it");
        await link.Completion.Limit();
    }

    /// <summary>TLS says goodbye, too, and waits for room to do so. What broke off a connection whose reading side had ended already did nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Goodbye_ThatTheOtherSideDoesNotTake_IsBrokenOffInTheEnd(bool isOwn)
    {
        var link = new Link(_endpoint, new StuckGoodbye(_near), _system.Remote.Options, RawPeer.Greeting("peer"), withheldBytes: 0);
        link.Start(null);
        if (!isOwn)
        {
            await _peer.SendAsync((ref MessagePackWriter writer) =>
            {
                writer.WriteArrayHeader(1);
                writer.Write((int)FrameKind.Bye);
            });
        }

        await _far.FinishAsync();
        Task ended = isOwn ? link.DrainAsync(_system.Remote.Options.DrainTimeout) : link.Completion;

        await Eventually.WhileAdvancing(_clock, TimeSpan.FromSeconds(1), ended);
        await link.Completion.Limit();
    }

    /// <summary>Who had said goodbye heard that the other side had closed the connection.</summary>
    [Theory]
    [InlineData(true, "this node said goodbye")]
    [InlineData(false, "the other side said goodbye")]
    public async Task Goodbye_OfEitherSide_IsTheReasonThatTheConnectionEnded(bool isOwn, string reason)
    {
        var transport = new MemoryTransport();
        await using ActorSystem near = TestNodes.Create(transport, "near", system: options => options with { Time = _clock });
        await using ActorSystem far = TestNodes.Create(transport, "far", system: options => options with { Time = _clock });
        TransportAddress address = await far.Remote.ListenAsync(TestNodes.AnyPort);
        Task<NodeDisconnected> disconnected = near.NextAsync<NodeDisconnected>();
        await near.Remote.Connect(address).WhenConnectedAsync().Limit();

        await (isOwn ? near : far).DisposeAsync();

        (await disconnected.Limit()).Reason.Should().Be(reason);
    }

    private static FrameKind KindOf(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        return (FrameKind)reader.ReadInt32();
    }

    /// <summary>Cannot end its sending direction, since the other side takes nothing, until it is broken off.</summary>
    private sealed class StuckGoodbye(ITransportConnection inner) : ITransportConnection
    {
        private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PipeReader Input => inner.Input;

        public PipeWriter Output => inner.Output;

        public string RemoteAddress => inner.RemoteAddress;

        public string Origin => inner.Origin;

        public PeerIdentity? Peer => inner.Peer;

        public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

        public ValueTask FinishAsync() => new(_aborted.Task);

        public void Abort()
        {
            inner.Abort();
            _aborted.TrySetResult();
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
