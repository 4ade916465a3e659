using FedActors.Actors;
using FedActors.Actors.Cells;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A message that watches something on the node for which it is meant, or does so no more, while it writes itself: that is refused, and leaves nothing.</summary>
public sealed class WatchWithinWriteTests : IAsyncLifetime
{
    private readonly MemoryTransport _transport = new();
    private readonly ActorSystem _client;
    private readonly ActorRef _watcher;
    private RawPeer _server = null!;
    private ActorRef _watched = null!;

    public WatchWithinWriteTests()
    {
        _client = TestNodes.Create(_transport, "client", options => options with
        {
            Registry = new MessageRegistryBuilder().Add<Numbered>().Add<Busy>().Build(),
        });
        _watcher = _client.SpawnEcho("watcher");
    }

    public async Task InitializeAsync()
    {
        _server = await RawPeer.DialAsync(_transport, await _client.Remote.ListenAsync(TestNodes.AnyPort));
        await _server.ShakeHandsAsync("server", 1);
        await Eventually.True(() => _client.Remote.ConnectedNodes.Count == 1);
        _watched = _client.Remote.ActorOf("server", "watched");
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _client.DisposeAsync();
    }

    /// <summary>It was kept here and never said there: nobody would have heard of the actor's end.</summary>
    [Fact]
    public async Task Watch_ThatIsRefused_IsKeptNowhere()
    {
        WithinWrite(new SystemMessage.Watch(_watched, _watcher));

        _watched.SendSystem(new SystemMessage.Unwatch(_watched, _watcher));

        (await ReadToMessageAsync()).Should().Equal(FrameKind.Brief);
    }

    /// <summary>It was taken back here and kept there.</summary>
    [Fact]
    public async Task Watch_OfWhichTheEndIsRefused_CanStillBeTakenBack()
    {
        _watched.SendSystem(new SystemMessage.Watch(_watched, _watcher));
        WithinWrite(new SystemMessage.Unwatch(_watched, _watcher));

        _watched.SendSystem(new SystemMessage.Unwatch(_watched, _watcher));

        (await ReadToMessageAsync()).Should().Equal(FrameKind.Watch, FrameKind.Unwatch, FrameKind.Brief);
    }

    private void WithinWrite(SystemMessage change)
    {
        Action telling = () => _watched.Tell(new Busy(() => _watched.SendSystem(change)));
        telling.Should().Throw<InvalidOperationException>().WithMessage("*may write and nothing else*");
    }

    /// <summary>What is said of watches, up to a message that is told now.</summary>
    private async Task<List<FrameKind>> ReadToMessageAsync()
    {
        _watched.Tell(new Numbered(1));
        List<FrameKind> kinds = [];
        while (!kinds.Contains(FrameKind.Brief))
        {
            FrameKind kind = KindOf(await _server.ReadFrameAsync());
            if (kind is FrameKind.Watch or FrameKind.Unwatch or FrameKind.Brief)
            {
                kinds.Add(kind);
            }
        }

        return kinds;
    }

    private static FrameKind KindOf(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        return (FrameKind)reader.ReadInt32();
    }

    private sealed record Busy(Action Within) : IWireMessage<Busy>
    {
        public static int TypeId => 9103;

        public static Busy Read(ref MessagePackReader reader) => throw new NotSupportedException();

        public void Write(ref MessagePackWriter writer)
        {
            Within();
            writer.WriteArrayHeader(0);
        }
    }
}
