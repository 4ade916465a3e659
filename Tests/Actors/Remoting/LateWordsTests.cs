using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>What is done about a lost connection may be done late, when the next one is in use already. It concerns the lost one alone.</summary>
public sealed class LateWordsTests
{
    private readonly BreakableTransport _transport = new(new MemoryTransport());

    /// <summary>A watch that was made over the new connection was taken back by what was left to be said about the old one, and its watcher never heard of the end.</summary>
    [Fact]
    public async Task Watch_MadeAnewWhileTheLossOfTheNodeIsStillToldOf_Holds()
    {
        var clock = new ManualTimeProvider();
        await using ActorSystem server = TestNodes.Create(_transport, "server", system: options => options with { Time = clock });
        await using ActorSystem client = TestNodes.Create(_transport, "client", options => options with { ReconnectGrace = TimeSpan.FromHours(1) });
        var asker = new TaskCompletionSource<ActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef doomed = server.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                asker.TrySetResult(context.Sender!);
                context.Respond(message);
                return ValueTask.CompletedTask;
            }),
            "doomed");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        ActorRef byName = node.ActorOf("doomed");
        var watching = new SemaphoreSlim(0);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef watcher = client.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                switch (message)
                {
                    case Numbered { Number: 1 }:
                        // The answer comes after the watch has arrived.
                        watching.Release();
                        break;
                    case Terminated { Reason: TerminationReason.Stopped }:
                        stopped.SetResult();
                        break;
                    default:
                        // Told to by the test, or the node is lost: anew.
                        context.Watch(byName);
                        context.Tell(byName, new Numbered(1));
                        break;
                }

                return ValueTask.CompletedTask;
            }),
            "watcher");
        watcher.Tell(new Numbered(0));
        await watching.WaitAsync().Limit();
        using var held = new ManualResetEventSlim();
        var isTold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable subscription = server.Events.Subscribe<DeadLetter>(_ =>
        {
            isTold.TrySetResult();
            held.Wait(Eventually.Limit);
        });
        Task<NodeLost> lost = server.NextAsync<NodeLost>();

        _transport.Refuse(true);
        _transport.BreakAll();
        (await asker.Task.Limit()).TryTell(new Numbered(2)).Should().BeTrue("it may come back yet");
        Task passing = Task.Run(() => Eventually.WhileAdvancing(clock, TimeSpan.FromSeconds(1), isTold.Task));
        await isTold.Task.Limit();
        _transport.Refuse(false);
        bool isWatchedAnew = await watching.WaitAsync(Eventually.Limit);
        held.Set();
        await passing.Limit();
        await lost.Limit();
        server.Stop(doomed);

        isWatchedAnew.Should().BeTrue();
        await stopped.Task.Limit();
    }

    /// <summary>A timer that is ended just when it has fired fires all the same: the grace of a connection that had come back ended the grace of the next.</summary>
    [Fact]
    public async Task Grace_OfAConnectionThatHasComeBack_DoesNotEndTheNext()
    {
        var clock = new LateClock(TimeSpan.FromHours(1));
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(
            _transport, "client", options => options with { ReconnectGrace = clock.Watched }, options => options with { Time = clock });
        server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        ActorRef echo = node.ActorOf("echo");
        await echo.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        _transport.BreakAll();
        await Eventually.True(() => clock.Callbacks.Count == 1, "the first grace has begun");
        await echo.AskAsync<Numbered>(new Numbered(2), Eventually.Limit);
        _transport.Refuse(true);
        _transport.BreakAll();
        await Eventually.True(() => clock.Callbacks.Count == 2, "the second grace has begun");

        clock.Callbacks[0]();

        echo.TryTell(new Numbered(3)).Should().BeTrue("the second grace has an hour to go");
        clock.Callbacks[1]();
        echo.TryTell(new Numbered(4)).Should().BeFalse("the second grace is over");
    }

    /// <summary>A Ready may be heard when another connection has come and gone. Its node is honest, and only late.</summary>
    [Fact]
    public async Task Ready_ThatSaysLessThanHasArrived_IsNotTakenAndNoFault()
    {
        // It remembers the peer for as long as the test may take: a stranger has nothing to be late with.
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { ReconnectGrace = Eventually.Limit });
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using (RawPeer first = await RawPeer.DialAsync(_transport, address))
        {
            await first.ShakeHandsAsync("peer", incarnation: 1);
            int arrived = await ReadAnswerAsync(server, first);
            await first.SendAsync((ref MessagePackWriter writer) =>
            {
                writer.WriteArrayHeader(2);
                writer.Write((int)FrameKind.Received);
                writer.Write(arrived);
            });

            // The answer to what is said behind it shows that it was heard.
            await ReadAnswerAsync(server, first);
        }

        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 0);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();

        await using RawPeer late = await RawPeer.DialAsync(_transport, address);
        await late.ShakeHandsAsync("peer", incarnation: 1);

        await late.WhenHungUpAsync();
        (await refused.Limit()).Cause.Should().NotBe(RefusalCause.Malformed);
    }

    /// <returns>Frames of the session that came, of which the answer is the last: names go before it.</returns>
    private static async Task<int> ReadAnswerAsync(ActorSystem server, RawPeer peer)
    {
        await peer.AskAsync(server, "echo", new Numbered(1));
        int count = 0;
        while (true)
        {
            FrameKind kind = KindOf(await peer.ReadFrameAsync());
            count += kind is FrameKind.Name or FrameKind.Brief ? 1 : 0;
            if (kind == FrameKind.Brief)
            {
                return count;
            }
        }
    }

    private static FrameKind KindOf(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        return (FrameKind)reader.ReadInt32();
    }

    /// <summary>The system's clock, which also lets a test call what timers of one length would, whether they have been ended or not.</summary>
    private sealed class LateClock(TimeSpan watched) : TimeProvider
    {
        private readonly Lock _sync = new();
        private Action[] _callbacks = [];

        public TimeSpan Watched => watched;

        public IReadOnlyList<Action> Callbacks => Volatile.Read(ref _callbacks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == watched)
            {
                lock (_sync)
                {
                    _callbacks = [.. _callbacks, () => callback(state)];
                }
            }

            return System.CreateTimer(callback, state, dueTime, period);
        }
    }
}
