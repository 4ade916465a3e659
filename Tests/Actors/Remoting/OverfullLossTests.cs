using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Testing;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A node that is given up since what it is to be told has piled up: it is lost once, and may come back at once.</summary>
public sealed class OverfullLossTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryTransport _transport = new();
    private readonly TaskCompletionSource _isHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _mayGoOn = new(initialState: true);
    private ActorSystem _server = null!;
    private TransportAddress _address = null!;
    private RawPeer _peer = null!;
    private int _lost;

    public async ValueTask DisposeAsync()
    {
        _mayGoOn.Set();
        await _peer.DisposeAsync();
        Task stopping = _server.DisposeAsync().AsTask();
        await Eventually.True(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return stopping.IsCompleted;
        });
        await stopping;
        _mayGoOn.Dispose();
    }

    /// <summary>It was let go on before it was decided that the node is given up, told of a session that ended in the next moment, refused for it, and charged.</summary>
    [Fact]
    public async Task Node_BackWhileItsDisconnectionIsToldOf_IsToldOfTheSessionThatThereIsAfterwards()
    {
        await ConnectAsync(TimeProvider.System);
        _mayGoOn.Reset();
        _server.Remote.Resolve(new ActorPath("deaf", "watcher", 5)).TryTell(new Blob(new float[200_000])).Should().BeTrue();
        while (!_isHeld.Task.IsCompleted)
        {
            // Each is answered behind the large message, until that is too much.
            await _peer.SendAsync((ref MessagePackWriter writer) =>
                new WatchFrame(("nobody", 0), ("watcher", 5), TerminationReason.Stopped).Write(ref writer, FrameKind.Watch));
        }

        Task<NodeConnected> back = _server.NextAsync<NodeConnected>();
        Task<PeerRefused> refused = _server.NextAsync<PeerRefused>(refused => refused.Cause == RefusalCause.NameTaken);
        await using RawPeer again = await RawPeer.DialAsync(_transport, _address);
        Task<Greeting> welcome = again.GreetAsync(RawPeer.Greeting("deaf") with { LinksLost = 1 });
        await _greeted.Task.Limit();
        _mayGoOn.Set();
        await again.SendReadyAsync(await welcome);

        await Task.WhenAny(back, refused).Limit();
        refused.IsCompleted.Should().BeFalse();
        await back.Limit();
        _lost.Should().Be(1);
    }

    /// <summary>It was lost again when the grace ended that it had been given.</summary>
    [Fact]
    public async Task Node_GivenUpBeforeItsGraceIsOver_IsLostOnce()
    {
        await ConnectAsync(_clock);
        await _peer.DisposeAsync();
        await Eventually.True(() => _server.Remote.ConnectedNodes.Count == 0);
        await _isHeld.Task.Limit();
        ActorRef there = _server.Remote.Resolve(new ActorPath("deaf", "watched", 5));
        ActorRef watcher = _server.Spawn(Props.FromBehaviour((context, message) =>
        {
            while (Volatile.Read(ref _lost) == 0)
            {
                context.Watch(there);
                context.Unwatch(there);
            }

            context.Respond(message);
            return ValueTask.CompletedTask;
        }), "watcher");
        await watcher.AskAsync<Numbered>(new Numbered(1), TimeSpan.FromHours(1)).Limit();

        _clock.Advance(TimeSpan.FromSeconds(10));

        _lost.Should().Be(1);
    }

    private async Task ConnectAsync(TimeProvider time)
    {
        _server = TestNodes.Create(
            _transport,
            "server",
            options => options with
            {
                Limits = options.Limits with { MaxQueuedBytes = 64 * 1024, MaxWatchBytes = 64 * 1024 },
                Admit = (_, _) =>
                {
                    _ = _isHeld.Task.IsCompleted && _greeted.TrySetResult();
                    return null;
                },
            },
            options => options with { Time = time });
        _server.Events.Subscribe<NodeLost>(_ => Interlocked.Increment(ref _lost));
        _server.Events.Subscribe<NodeDisconnected>(_ =>
        {
            _isHeld.TrySetResult();
            _mayGoOn.Wait(Eventually.Limit).Should().BeTrue();
        });
        _address = await _server.Remote.ListenAsync(TestNodes.AnyPort);
        _peer = await RawPeer.DialAsync(_transport, _address);
        await _peer.ShakeHandsAsync("deaf", 1);
        await Eventually.True(() => _server.Remote.ConnectedNodes.Count == 1);
    }
}
