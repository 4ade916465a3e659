using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>What the runtime itself has to say may not be lost, and is bounded all the same.</summary>
public sealed class PiledUpWatchesTests : IAsyncLifetime
{
    // Far more than any bound here allows.
    private const int Endless = 1_000_000;

    private static readonly RemotingLimits Limits = RemotingLimits.Default with { MaxQueuedBytes = 64 * 1024, MaxWatchBytes = 64 * 1024 };
    private readonly MemoryTransport _transport = new();
    private ActorSystem _server = null!;
    private RawPeer _peer = null!;

    public async Task InitializeAsync()
    {
        _server = TestNodes.Create(_transport, "server", options => options with { Limits = Limits });
        _peer = await RawPeer.DialAsync(_transport, await _server.Remote.ListenAsync(TestNodes.AnyPort));
        await _peer.ShakeHandsAsync("deaf", 1);
        await Eventually.True(() => _server.Remote.ConnectedNodes.Count == 1);
    }

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Node_ThatTakesNothingWhileActorsWatchAndUnwatchIt_IsGivenUpAndTheyHearOfIt()
    {
        ActorRef there = _server.Remote.Resolve(new ActorPath("deaf", "watched", 5));
        Task<NodeLost> lost = _server.NextAsync<NodeLost>();
        ActorRef watcher = _server.Spawn(Props.FromBehaviour((context, message) =>
        {
            for (int i = 0; i < Endless && !lost.IsCompleted; i++)
            {
                context.Watch(there);
                context.Unwatch(there);
            }

            context.Respond(message);
            return ValueTask.CompletedTask;
        }), "watcher");

        await watcher.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);

        (await lost.Limit()).Reason.Should().Be(TerminationReason.Unreachable);
        (await (await _server.WatchAsync(there)).Limit()).Reason.Should().Be(TerminationReason.Unreachable);
    }

    [Fact]
    public async Task Peer_WatchingNobodyForAnActorThatALargeMessageIsFor_IsHeldToItsShare()
    {
        ActorRef theirs = _server.Remote.Resolve(new ActorPath("deaf", "watcher", 5));
        theirs.TryTell(new Blob(new float[200_000])).Should().BeTrue();
        Task<PeerRefused> refused = _server.NextAsync<PeerRefused>();

        for (int i = 0; i < Endless && !refused.IsCompleted; i++)
        {
            await WatchAsync(FrameKind.Watch, "nobody");
        }

        (await refused.Limit()).Reason.Should().Contain("does not take the answers");
    }

    [Fact]
    public async Task Peer_WatchingAndUnwatchingAnActorThatIsBusy_IsHeldToItsShare()
    {
        var done = new TaskCompletionSource();
        ActorRef busy = _server.Spawn(Props.FromBehaviour((_, _) => new ValueTask(done.Task)), "busy");
        busy.Tell(new Numbered(1));
        await Eventually.True(() => _server.Describe().All().Single(actor => actor.Actor.Name == "busy").IsInHandler);
        Task<PeerRefused> refused = _server.NextAsync<PeerRefused>();

        for (int i = 0; i < Endless && !refused.IsCompleted; i++)
        {
            await WatchAsync(FrameKind.Watch, "busy");
            await WatchAsync(FrameKind.Unwatch, "busy");
        }

        (await refused.Limit()).Reason.Should().Contain("faster than busy takes note");
        done.SetResult();
    }

    [Fact]
    public async Task Peer_WatchingAndUnwatchingAnActorThatTakesNote_MayDoSoForEver()
    {
        ActorRef idle = _server.SpawnEcho("idle");
        for (int i = 0; i < 5_000; i++)
        {
            long before = _server.Remote.BytesReceived;
            await WatchAsync(FrameKind.Watch, "idle");
            await WatchAsync(FrameKind.Unwatch, "idle");
            await Eventually.True(() => _server.Remote.BytesReceived > before);

            // What the runtime tells an actor comes before its messages.
            await idle.AskAsync<Numbered>(new Numbered(i), Eventually.Limit);
        }

        _server.Remote.Refused.Should().Be(0);
        _server.Remote.ConnectedNodes.Should().Equal("deaf");
    }

    private Task WatchAsync(FrameKind kind, string watched) => _peer.SendAsync((ref MessagePackWriter writer) =>
        new WatchFrame((watched, 0), ("watcher", 5), TerminationReason.Stopped).Write(ref writer, kind));
}
