using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Cells;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Contracts;

/// <summary>What two nodes can rely on when connections break, stall, or come back as another life.</summary>
public abstract class ReconnectContract
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private readonly BreakableTransport _transport;

    protected ReconnectContract() => _transport = new BreakableTransport(CreateTransport());

    protected abstract ITransport CreateTransport();

    [Fact]
    public async Task Connection_BrokenAgainAndAgain_LosesDoublesAndReordersNothing()
    {
        const int Count = 20_000;
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient);
        var seen = new List<int>();
        var all = new TaskCompletionSource();
        server.SpawnSink("sink", message =>
        {
            seen.Add(message is Blob blob ? (int)blob.Values[0] : ((Numbered)message).Number);
            if (seen.Count % 1500 == 0)
            {
                _transport.BreakAll();
            }

            if (seen.Count == Count)
            {
                all.SetResult();
            }
        });
        ActorRef sink = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink");

        for (int i = 0; i < Count; i++)
        {
            await sink.TellAsync(i % 500 == 0 ? new Blob([i, .. new float[100_000]]) : new Numbered(i));
        }

        await all.Task.Limit();
        seen.Should().Equal(Enumerable.Range(0, Count));
        client.DeadLetters.Count.Should().Be(0);
        _transport.Dialled.Should().BeGreaterThan(5);
    }

    [Fact]
    public async Task Connection_BrokenWhileAsking_AnswersEveryQuestionOnce()
    {
        const int Count = 3000;
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient);
        int handled = 0;
        server.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                if (++handled % 400 == 0)
                {
                    _transport.BreakAll();
                }

                context.Respond(message);
                return ValueTask.CompletedTask;
            }),
            "echo");
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");

        Numbered[] answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => echo.AskAsync<Numbered>(new Numbered(i), Eventually.Limit)));

        answers.Select(answer => answer.Number).Should().Equal(Enumerable.Range(0, Count));
        handled.Should().Be(Count);
    }

    [Fact]
    public async Task Connection_BrokenAndBackWithinTheGrace_GoesOnAndTellsNoWatcher()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient);
        ActorRef watched = server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        ActorRef remote = node.ActorOf("echo");
        Task<Terminated> ended = await client.WatchAsync(remote);
        await remote.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        Task<NodeConnected> back = client.NextAsync<NodeConnected>();

        _transport.BreakAll();

        (await back.Limit()).Resumed.Should().BeTrue();
        ended.IsCompleted.Should().BeFalse();

        // The watch outlived the connection.
        server.Stop(watched);
        (await ended.Limit()).Should().Be(new Terminated(remote, TerminationReason.Stopped));
    }

    [Fact]
    public async Task Connection_BrokenWithMessagesOnTheirWay_SaysHowManyFramesAreSentAgain()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient);
        int arrived = 0;
        server.SpawnSink("sink", _ => Interlocked.Increment(ref arrived));
        ActorRef echo = server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.ActorOf(echo.Path.Name).AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        Task<NodeConnected> back = client.NextAsync<NodeConnected>();

        _transport.FreezeAll();
        long sent = client.Remote.BytesSent;
        node.ActorOf("sink").Tell(new Blob(new float[1000]));
        await Eventually.True(() => client.Remote.BytesSent > sent + 4000);
        _transport.BreakAll();

        (await back.Limit()).SentAgain.Should().BeGreaterThanOrEqualTo(1);
        await Eventually.True(() => Volatile.Read(ref arrived) == 1);
    }

    [Fact]
    public async Task Node_GoneBeyondTheGrace_TellsWatchersAndMakesDeadLettersOfTheRest()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { ReconnectGrace = Short });
        await using ActorSystem client = TestNodes.Create(_transport, "client", options => options with { ReconnectGrace = Short });
        var seen = new ConcurrentBag<int>();
        server.SpawnSink("sink", message => seen.Add(((Numbered)message).Number));
        server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        ActorRef sink = node.ActorOf("sink");
        await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(-1), Eventually.Limit);
        Task<Terminated> ended = await client.WatchAsync(sink);
        var dead = new ConcurrentBag<int>();
        using IDisposable letters = client.Events.Subscribe<DeadLetter>(letter => dead.Add(((Numbered)letter.Message).Number));

        _transport.Refuse(true);
        for (int i = 0; i < 1000; i++)
        {
            sink.Tell(new Numbered(i));
            if (i == 500)
            {
                _transport.BreakAll();
            }
        }

        (await ended.Limit()).Should().Be(new Terminated(sink, TerminationReason.Unreachable));
        sink.TryTell(new Numbered(1000)).Should().BeFalse();

        // Each is here or there; what was under way when the connection broke may be in both.
        await Eventually.True(() => seen.Concat(dead).Distinct().Count() == 1000, "every message arrives or is a dead letter");
        seen.Should().OnlyHaveUniqueItems();
        dead.Should().OnlyHaveUniqueItems();

        _transport.Refuse(false);
        await node.WhenConnectedAsync().Limit();
        (await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(7), Eventually.Limit)).Number.Should().Be(7);
    }

    [Fact]
    public async Task Watched_OnANodeThatIsGone_IsToldOnTheWatchedSideToo()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { ReconnectGrace = Short });
        await using ActorSystem client = TestNodes.Create(_transport, "client", options => options with { ReconnectGrace = Short });
        ActorRef me = client.SpawnEcho("me");
        var known = new TaskCompletionSource<ActorRef>();
        server.SpawnSink("door", message => known.SetResult(((Introduction)message).Actor));
        client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("door").Tell(new Introduction(me));
        ActorRef remote = await known.Task.Limit();
        Task<Terminated> ended = await server.WatchAsync(remote);

        _transport.Refuse(true);
        _transport.BreakAll();

        (await ended.Limit()).Should().Be(new Terminated(remote, TerminationReason.Unreachable));
    }

    [Fact]
    public async Task Node_RestartedWhileItsFormerConnectionHangs_IsANewLifeAfterASilentHeartbeat()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { HeartbeatInterval = Short });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        var known = new ConcurrentQueue<ActorRef>();
        server.SpawnSink("door", message => known.Enqueue(((Introduction)message).Actor));
        await using ActorSystem former = TestNodes.Create(_transport, "worker", system: options => options with { Incarnation = 1 });
        former.Remote.Connect(address).ActorOf("door").Tell(new Introduction(former.SpawnEcho()));
        ActorRef formerEcho = await Eventually.NotNull(() => known.TryPeek(out ActorRef? actor) ? actor : null);
        Task<Terminated> ended = await server.WatchAsync(formerEcho);
        await formerEcho.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);

        _transport.FreezeAll();
        await using ActorSystem reborn = TestNodes.Create(_transport, "worker", system: options => options with { Incarnation = 2 });
        reborn.SpawnEcho();
        await reborn.Remote.Connect(address).WhenConnectedAsync().Limit();

        (await ended.Limit()).Should().Be(new Terminated(formerEcho, TerminationReason.NodeRestarted));

        // What the former life's reference names is nobody in this one, though an actor of that name is there.
        Func<Task> ask = () => formerEcho.AskAsync<Numbered>(new Numbered(2), Eventually.Limit);
        await ask.Should().ThrowAsync<AskFailedException>();
    }

    /// <summary>Once the later one has left or is given up it is another matter: the clock may have been set back. FormerLifeTests shows that.</summary>
    [Fact]
    public async Task Node_AsItsFormerSelfWhileTheLaterOneLives_IsRefused()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem reborn = TestNodes.Create(_transport, "worker", system: options => options with { Incarnation = 2 });
        await reborn.Remote.Connect(address).WhenConnectedAsync().Limit();

        await using ActorSystem former = TestNodes.Create(_transport, "worker", system: options => options with { Incarnation = 1 });
        Task<ConnectFailed> failed = former.NextAsync<ConnectFailed>();
        former.Remote.Connect(address);

        (await failed.Limit()).Reason.Should().Contain("later life");
        server.Remote.Refused.Should().BePositive();
        reborn.Remote.ConnectedNodes.Should().Equal("server");
    }

    [Fact]
    public async Task Peer_SilentBeyondTheTimeout_IsGivenUp()
    {
        var clock = new ManualTimeProvider();
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        ActorSystem client = TestNodes.Create(_transport, "client", system: options => options with { Time = clock });
        await client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).WhenConnectedAsync().Limit();
        Task<NodeDisconnected> gone = client.NextAsync<NodeDisconnected>();

        _transport.FreezeAll();

        await Eventually.WhileAdvancing(clock, TimeSpan.FromSeconds(1), gone);
        (await gone).Reason.Should().Contain("nothing arrived");
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Mailbox_FullForLong_IsNotTakenForSilence()
    {
        var clock = new ManualTimeProvider();
        await using ActorSystem server = TestNodes.Create(
            _transport,
            "server",
            options => options with { DeliveryTimeout = TimeSpan.FromHours(1), Limits = RemotingLimits.Default with { MaxSetAsideBytes = 0 } },
            options => options with { Time = clock });
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        var open = new TaskCompletionSource();
        int handled = 0;
        server.Spawn(
            Props.FromBehaviour(async (_, _) =>
            {
                await open.Task.Limit();
                Interlocked.Increment(ref handled);
            }) with
            { Mailbox = new MailboxOptions { Capacity = 1 } },
            "slow");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        Task<NodeDisconnected> gone = server.NextAsync<NodeDisconnected>();

        // Told before there is a connection they arrive in one piece, and the receiving loop waits for the third.
        for (int i = 0; i < 10; i++)
        {
            node.ActorOf("slow").Tell(new Numbered(i));
        }

        await node.WhenConnectedAsync().Limit();
        ActorCell slow = ((LocalActorRef)server.Find("slow")!).Cell;
        await Eventually.True(() => slow.Handled == 1 && slow.Queued == 1);
        for (int i = 0; i < 600; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        gone.IsCompleted.Should().BeFalse();
        open.SetResult();
        await Eventually.True(() => Volatile.Read(ref handled) == 10);
    }

    [Fact]
    public async Task Mailbox_FullBeyondTheDeliveryTimeout_CostsTheMessageAndNotTheOthers()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { DeliveryTimeout = Short });
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        var open = new TaskCompletionSource();
        server.Spawn(
            Props.FromBehaviour(async (_, _) => await open.Task.Limit()) with { Mailbox = new MailboxOptions { Capacity = 1 } }, "stuck");
        server.SpawnEcho();
        Task<DeadLetter> dead = server.NextAsync<DeadLetter>(letter => letter.Reason == DeadLetterReason.Full);
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));

        for (int i = 0; i < 4; i++)
        {
            node.ActorOf("stuck").Tell(new Numbered(i));
        }

        (await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(9), Eventually.Limit)).Number.Should().Be(9);
        (await dead.Limit()).Target.Path.Name.Should().Be("stuck");
        open.SetResult();
    }

    [Fact]
    public async Task Stop_WithMuchQueued_SendsItAllAndMakesNoDeadLetters()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        ActorSystem client = TestNodes.Create(_transport, "client");
        int seen = 0;
        server.SpawnSink("sink", _ => Interlocked.Increment(ref seen));
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.WhenConnectedAsync().Limit();
        Task<NodeDisconnected> gone = server.NextAsync<NodeDisconnected>();

        for (int i = 0; i < 5000; i++)
        {
            node.ActorOf("sink").Tell(i % 1000 == 0 ? new Blob(new float[200_000]) : new Numbered(i));
        }

        await client.DisposeAsync();

        await Eventually.True(() => Volatile.Read(ref seen) == 5000);
        client.DeadLetters.Count.Should().Be(0);
        (await gone.Limit()).Reason.Should().Contain("goodbye");
    }

    /// <summary>The grace is not what the test is about, and a machine may be slow.</summary>
    private static RemotingOptions Patient(RemotingOptions options) => options with { ReconnectGrace = Eventually.Limit };
}
