using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Supervision;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <summary>What two nodes can rely on, whatever transport connects them.</summary>
public abstract partial class RemotingContract
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly TransportAddress AnyPort = new("127.0.0.1", 0);

    protected abstract ITransport Transport { get; }

    [Fact]
    public async Task Ask_RemoteActor_IsAnsweredOverTheSameConnection()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        server.Spawn(Props.FromBehaviour(Echo), "echo");

        ActorRef echo = client.Remote.Connect(address).ActorOf("echo");

        for (int i = 0; i < 100; i++)
        {
            (await echo.AskAsync<Numbered>(new Numbered(i), Soon)).Number.Should().Be(i);
        }

        client.Remote.ConnectedNodes.Should().Equal("server");
        server.Remote.ConnectedNodes.Should().Equal("client");
    }

    /// <summary>An actor may run on the thread that has received its message, and what it does there must not keep the connection from being read.</summary>
    [Fact]
    public async Task Ask_ActorThatBlocksItsThread_HoldsUpNobodyElse()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        server.Spawn(Props.FromBehaviour(Echo), "echo");
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var released = new ManualResetEventSlim();
        server.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                entered.SetResult();
                released.Wait(Eventually.Limit, CancellationToken.None).Should().BeTrue();
                context.Respond(message);
                return ValueTask.CompletedTask;
            }),
            "blocked");
        RemoteNode node = client.Remote.Connect(address);
        Task<Numbered> blocked = node.ActorOf("blocked").AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        await entered.Task.Limit();

        for (int i = 0; i < 10; i++)
        {
            (await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(i), Soon)).Number.Should().Be(i);
        }

        blocked.IsCompleted.Should().BeFalse();
        released.Set();
        (await blocked).Number.Should().Be(1);
    }

    [Fact]
    public async Task Tell_ReferenceFromAMessage_ReachesTheDialerWithoutAPort()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        server.Spawn(
            Props.FromBehaviour((_, message) =>
            {
                ((Introduction)message).Actor.Tell(new Numbered(7));
                return ValueTask.CompletedTask;
            }),
            "greeter");
        var greeted = new TaskCompletionSource<object>();
        ActorRef me = client.Spawn(
            Props.FromBehaviour((_, message) =>
            {
                greeted.SetResult(message);
                return ValueTask.CompletedTask;
            }),
            "me");

        client.Remote.Connect(address).ActorOf("greeter").Tell(new Introduction(me));

        (await greeted.Task.WaitAsync(Soon, TimeProvider.System)).Should().Be(new Numbered(7));
    }

    [Fact]
    public async Task Watch_RemoteActorThatStops_TellsTheWatcher()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        ActorRef doomed = server.Spawn(Props.FromBehaviour(Echo), "doomed");
        ActorRef remote = client.Remote.Connect(address).ActorOf("doomed");
        await remote.AskAsync<Numbered>(new Numbered(1), Soon);
        var ended = new TaskCompletionSource<Terminated>();
        ActorRef watcher = client.Spawn(Props.Create(() => new Watcher(remote, ended)), "watcher");
        await watcher.AskAsync<HealthAck>(HealthPing.Instance, Soon);

        // The watch was sent before this question, so it has arrived when the answer is here.
        await remote.AskAsync<Numbered>(new Numbered(2), Soon);
        server.Stop(doomed);

        (await ended.Task.WaitAsync(Soon, TimeProvider.System)).Should().Be(new Terminated(remote, TerminationReason.Stopped));
    }

    [Fact]
    public async Task Watch_NodeThatRestarts_IsToldOfTheNewLifeAndReachesIt()
    {
        ActorSystem server = Node("server", incarnation: 1);
        await using ActorSystem client = Node("client");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        server.Spawn(Props.FromBehaviour(Echo), "echo");
        ActorRef remote = client.Remote.Connect(address).ActorOf("echo");
        await remote.AskAsync<Numbered>(new Numbered(1), Soon);
        var ended = new TaskCompletionSource<Terminated>();
        client.Spawn(Props.Create(() => new Watcher(remote, ended)), "watcher");
        await server.DisposeAsync();

        await using ActorSystem reborn = Node("server", incarnation: 2);
        var back = new TaskCompletionSource();
        using IDisposable subscription = client.Events.Subscribe<NodeConnected>(node =>
        {
            if (node.Incarnation == 2)
            {
                back.TrySetResult();
            }
        });
        reborn.Spawn(Props.FromBehaviour(Echo), "echo");
        await reborn.Remote.ListenAsync(address);

        await ended.Task.WaitAsync(Soon, TimeProvider.System);
        await back.Task.WaitAsync(Soon, TimeProvider.System);
        (await remote.AskAsync<Numbered>(new Numbered(2), Soon)).Number.Should().Be(2);
    }

    [Fact]
    public async Task Connect_FiftyColdTells_OpenOneConnection()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        int connections = 0;
        using IDisposable subscription = server.Events.Subscribe<NodeConnected>(_ => Interlocked.Increment(ref connections));
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        var all = new TaskCompletionSource();
        int seen = 0;
        server.Spawn(
            Props.FromBehaviour((_, _) =>
            {
                if (++seen == 50)
                {
                    all.SetResult();
                }

                return ValueTask.CompletedTask;
            }),
            "sink");

        ActorRef sink = client.Remote.Connect(address).ActorOf("sink");
        Parallel.For(0, 50, i => sink.Tell(new Numbered(i)));

        await all.Task.WaitAsync(Soon, TimeProvider.System);
        connections.Should().Be(1);
    }

    [Fact]
    public async Task Connect_BothDialAtOnce_KeepOneConnection()
    {
        await using ActorSystem left = Node("a");
        await using ActorSystem right = Node("b");
        TransportAddress leftAddress = await left.Remote.ListenAsync(AnyPort);
        TransportAddress rightAddress = await right.Remote.ListenAsync(AnyPort);
        left.Spawn(Props.FromBehaviour(Echo), "echo");
        right.Spawn(Props.FromBehaviour(Echo), "echo");

        ActorRef toRight = left.Remote.Connect(rightAddress).ActorOf("echo");
        ActorRef toLeft = right.Remote.Connect(leftAddress).ActorOf("echo");
        Task<Numbered>[] asks = [.. Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? toRight : toLeft).AskAsync<Numbered>(new Numbered(i), Soon))];

        (await Task.WhenAll(asks)).Select(answer => answer.Number).Should().Equal(Enumerable.Range(0, 50));
        left.Remote.ConnectedNodes.Should().Equal("b");
        right.Remote.ConnectedNodes.Should().Equal("a");
    }

    [Fact]
    public async Task Tell_WhileTheAddressTurnsOutToBeAKnownNode_LosesNothingAndKeepsTheOrder()
    {
        // Messages for the address were refused, or overtook those before them, in the instant in which they changed to the node's own queue.
        const int Messages = 2_000;
        for (int attempt = 0; attempt < 5; attempt++)
        {
            await using ActorSystem server = Node("server");
            await using ActorSystem client = Node("client");
            TransportAddress serverAddress = await server.Remote.ListenAsync(AnyPort);
            await server.Remote.Connect(await client.Remote.ListenAsync(AnyPort)).WhenConnectedAsync().WaitAsync(Soon, TimeProvider.System);
            var arrived = new List<int>();
            var last = new TaskCompletionSource();
            server.SpawnSink("sink", message =>
            {
                arrived.Add(((Numbered)message).Number);
                if (arrived.Count == Messages)
                {
                    last.TrySetResult();
                }
            });
            using IDisposable letters = client.Events.Subscribe<DeadLetter>(letter => last.TrySetException(new InvalidOperationException($"{letter.Message} is a dead letter: {letter.Reason}")));

            ActorRef sink = client.Remote.Connect(serverAddress).ActorOf("sink");
            for (int i = 0; i < Messages; i++)
            {
                await sink.TellAsync(new Numbered(i));
            }

            await last.Task.WaitAsync(Soon, TimeProvider.System);
            arrived.Should().BeInAscendingOrder();
        }
    }

    [Fact]
    public async Task TellAsync_MessageOverTheLimit_FailsAloneAtTheSender()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client", limits: RemotingLimits.Default with { MaxMessageBytes = 100_000 });
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        server.Spawn(Props.FromBehaviour(Echo), "echo");
        ActorRef echo = client.Remote.Connect(address).ActorOf("echo");

        Func<Task> send = async () => await echo.TellAsync(new Blob(new float[50_000]));

        await send.Should().ThrowAsync<MessageTooLargeException>();
        (await echo.AskAsync<Numbered>(new Numbered(1), Soon)).Number.Should().Be(1);
    }

    protected ActorSystem Node(string name, long? incarnation = null, RemotingLimits? limits = null) => new(new ActorSystemOptions
    {
        Node = name,
        Incarnation = incarnation,
        Remoting = new RemotingOptions
        {
            Transport = Transport,
            Registry = new MessageRegistryBuilder().Add<Numbered>().Add<Blob>().Add<Introduction>().Build(),
            Limits = limits ?? RemotingLimits.Default,
            MinReconnectDelay = TimeSpan.FromMilliseconds(10),
        },
    });

    private static ValueTask Echo(ActorContext context, object message)
    {
        context.Respond(message);
        return ValueTask.CompletedTask;
    }

    private sealed class Watcher(ActorRef watched, TaskCompletionSource<Terminated> ended) : Actor
    {
        protected internal override ValueTask OnStartedAsync(ActorContext context)
        {
            context.Watch(watched);
            return ValueTask.CompletedTask;
        }

        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            ended.TrySetResult((Terminated)message);
            return ValueTask.CompletedTask;
        }
    }
}
