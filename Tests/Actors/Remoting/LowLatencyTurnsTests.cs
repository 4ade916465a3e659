using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Where a conversation's actors run when a thread of our own waits for the sockets, and that they hold up nobody there.</summary>
public sealed class LowLatencyTurnsTests
{
    private const string Thread = "fedactors sockets";
    private static readonly TimeSpan Timeout = Eventually.Limit;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Questions_OneSoonAfterTheOther_AreAnsweredOnTheThreadThatWaitsForTheSockets(bool tls)
    {
        await using Nodes nodes = await Nodes.ConnectAsync(tls ? LowLatency.Tls() : LowLatency.Tcp());

        await nodes.UntilAnsweredThereAsync();
    }

    [Fact]
    public async Task Questions_WithoutTheOption_AreAnsweredOnThePool()
    {
        await using Nodes nodes = await Nodes.ConnectAsync(new TcpTransport());

        for (int i = 0; i < 2000; i++)
        {
            (await nodes.AskWhereAsync()).Should().NotBe(Thread);
        }
    }

    /// <summary>An actor that blocks on the thread that waits for the sockets loses it: others are served meanwhile, on the thread that took its place.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Actor_ThatBlocksThatThread_HoldsUpNoOtherConnection(bool tls)
    {
        ITransport transport = tls ? LowLatency.Tls() : LowLatency.Tcp();
        await using Nodes blocked = await Nodes.ConnectAsync(transport);
        await using Nodes others = await Nodes.ConnectAsync(transport);
        await blocked.UntilAnsweredThereAsync();
        using var free = new ManualResetEventSlim();
        bool blocks = false;
        blocked.WhenAsked = () =>
        {
            if (System.Threading.Thread.CurrentThread.Name == Thread && !blocks)
            {
                Volatile.Write(ref blocks, true);
                free.Wait();
            }
        };

        Task last = Task.Run(async () =>
        {
            while (!Volatile.Read(ref blocks))
            {
                await blocked.AskWhereAsync();
            }
        });
        await Eventually.True(() => Volatile.Read(ref blocks));
        await others.UntilAnsweredThereAsync();

        last.IsCompleted.Should().BeFalse();
        free.Set();
        await last.Limit();
        await blocked.AskWhereAsync();
    }

    /// <summary>As many as there may be threads, each blocked by another connection: then what comes is the pool's, and nobody waits.</summary>
    [Fact]
    public async Task Actors_ThatBlockAllSuchThreads_LeaveOthersToThePool()
    {
        ITransport transport = LowLatency.Tcp();
        using var free = new ManualResetEventSlim();
        await using Nodes others = await Nodes.ConnectAsync(transport);
        List<Nodes> blocked = [];
        List<Task> asked = [];
        int held = 0;
        const int Most = FedActors.Actors.Transport.Sockets.SocketReactor.MostThreads - 1;
        while (Volatile.Read(ref held) < Most)
        {
            Nodes next = await Nodes.ConnectAsync(transport);
            blocked.Add(next);
            int before = held;
            next.WhenAsked = () =>
            {
                if (System.Threading.Thread.CurrentThread.Name == Thread && Interlocked.CompareExchange(ref held, before + 1, before) == before)
                {
                    free.Wait();
                }
            };
            asked.Add(Task.Run(async () =>
            {
                while (Volatile.Read(ref held) == before)
                {
                    await next.AskWhereAsync();
                }
            }));
            await Eventually.True(() => Volatile.Read(ref held) == before + 1);
        }

        for (int i = 0; i < 200; i++)
        {
            (await others.AskWhereAsync()).Should().NotBe(Thread);
        }

        free.Set();
        await Task.WhenAll(asked).Limit();
        await others.UntilAnsweredThereAsync();
        foreach (Nodes nodes in blocked)
        {
            await nodes.DisposeAsync();
        }
    }

    /// <summary>Two nodes, and an actor on one of them that says on which thread it is asked.</summary>
    private sealed class Nodes(ActorSystem client, ActorSystem server, ActorRef asked) : IAsyncDisposable
    {
        private volatile string? _where;

        public Action? WhenAsked { get; set; }

        public static async Task<Nodes> ConnectAsync(ITransport transport)
        {
            ActorSystem server = TestNodes.Create(transport, "server");
            ActorSystem client = TestNodes.Create(transport, "client");
            RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
            await node.WhenConnectedAsync().Limit();
            var nodes = new Nodes(client, server, node.ActorOf("asked"));
            server.Spawn(Props.FromBehaviour(nodes.Answer), "asked");
            return nodes;
        }

        public async Task<string?> AskWhereAsync()
        {
            await asked.AskAsync<Numbered>(new Numbered(1), Timeout);
            return _where;
        }

        /// <summary>Nothing else may keep a conversation from becoming one: not a machine that is busy, for as long as a test may last.</summary>
        public Task UntilAnsweredThereAsync() => Task.Run(() => Eventually.TrueAsync(async () => await AskWhereAsync() == Thread));

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
        }

        private ValueTask Answer(ActorContext context, object message)
        {
            _where = System.Threading.Thread.CurrentThread.Name;
            WhenAsked?.Invoke();
            context.Respond(message);
            return ValueTask.CompletedTask;
        }
    }
}
