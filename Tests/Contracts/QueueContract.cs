using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Contracts;

/// <summary>What waits for a node that takes nothing is bounded, and says so.</summary>
public abstract class QueueContract
{
    private readonly BreakableTransport _transport;

    protected QueueContract() => _transport = new BreakableTransport(CreateTransport());

    protected abstract ITransport CreateTransport();

    [Fact]
    public async Task Queue_FullWhileThePeerTakesNothing_SaysNoOrWaits()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(
            _transport, "client", options => Patient(options) with { Limits = RemotingLimits.Default with { MaxQueuedBytes = 400_000 } });
        int seen = 0;
        server.SpawnSink("sink", _ => Interlocked.Increment(ref seen));
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.WhenConnectedAsync().Limit();
        ActorRef sink = node.ActorOf("sink");
        _transport.FreezeAll();

        int taken = 0;
        while (sink.TryTell(new Numbered(taken)))
        {
            taken++;
        }

        taken.Should().BeInRange(1_000, 10_000, "small messages have half of 400,000 bytes, and each takes some tens beside its place");
        ValueTask waiting = sink.TellAsync(new Numbered(taken));
        waiting.IsCompleted.Should().BeFalse();

        _transport.ThawAll();
        await waiting.Limit();
        await Eventually.True(() => Volatile.Read(ref seen) == taken + 1);
        client.DeadLetters.Count.Should().Be(0);
    }

    [Fact]
    public async Task Queue_FullOfLargeMessages_HasRoomForSmallOnes()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(
            _transport, "client", options => Patient(options) with { Limits = RemotingLimits.Default with { MaxQueuedBytes = 1 << 20 } });
        server.SpawnSink("sink", _ => { });
        server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.WhenConnectedAsync().Limit();
        _transport.FreezeAll();

        int large = 0;
        while (node.ActorOf("sink").TryTell(new Blob(new float[100_000])))
        {
            large++;
        }

        large.Should().Be(3, "one may overshoot the bound");
        Task<Numbered> answer = node.ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        int small = 0;
        while (node.ActorOf("echo").TryTell(new Numbered(small)))
        {
            small++;
        }

        small.Should().BePositive();
        _transport.ThawAll();
        (await answer).Number.Should().Be(1);
    }

    [Fact]
    public async Task LargeMessages_ForAnActorThatDoesNotHandleThem_StayWithTheirSender()
    {
        const int Count = 40;
        const int Bytes = 1 << 20;
        var limits = RemotingLimits.Default with { MaxUnhandledBytes = 4 * Bytes, MaxQueuedBytes = 2 * Bytes };
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => Patient(options) with { Limits = limits });
        await using ActorSystem client = TestNodes.Create(_transport, "client", options => Patient(options) with { Limits = limits });
        var open = new TaskCompletionSource();
        var all = new TaskCompletionSource();
        var seen = new List<float>();
        server.Spawn(
            Props.FromBehaviour(async (_, message) =>
            {
                await open.Task.Limit();
                seen.Add(((Blob)message).Values[0]);
                if (seen.Count == Count)
                {
                    all.SetResult();
                }
            }),
            "busy");
        server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        ActorRef busy = node.ActorOf("busy");
        Task telling = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
            {
                await busy.TellAsync(new Blob([i, .. new float[(Bytes / sizeof(float)) - 1]]));
            }
        });
        await Eventually.True(() => server.Remote.Unhandled.Held >= limits.MaxUnhandledBytes);

        // While the one is busy, small messages and others' questions go their way, and time enough passes for all to have come.
        for (int i = 0; i < 1000; i++)
        {
            (await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(i), Eventually.Limit)).Number.Should().Be(i);
        }

        int window = _transport.BulkWindowBytes;
        server.Remote.BytesReceived.Should().BeLessThan(limits.MaxUnhandledBytes + window + Bytes + 200_000, "1000 questions take less than 200 bytes each");
        server.Remote.Unhandled.Held.Should().BeLessThan(limits.MaxUnhandledBytes + Bytes + 1000);
        telling.IsCompleted.Should().BeFalse();
        server.DeadLetters.Count.Should().Be(0);

        open.SetResult();
        await telling.Limit();
        await all.Task.Limit();
        seen.Should().Equal(Enumerable.Range(0, Count).Select(i => (float)i));
        await Eventually.True(() => server.Remote.Unhandled.Held == 0);
        (server.DeadLetters.Count + client.DeadLetters.Count).Should().Be(0);
    }

    [Fact]
    public async Task LargeMessages_LargerThanAllThatMayBeUnhandled_ArriveOneByOne()
    {
        var limits = RemotingLimits.Default with { MaxUnhandledBytes = 1, MaxUnhandledBytesOfAll = 1 };
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => Patient(options) with { Limits = limits });
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient);
        await using ActorSystem other = TestNodes.Create(_transport, "other", Patient);
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        ActorRef[] echoes = [client.Remote.Connect(address).ActorOf("echo"), other.Remote.Connect(address).ActorOf("echo")];

        Blob[] back = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => echoes[i % 2].AskAsync<Blob>(new Blob([i, .. new float[300_000]]), Eventually.Limit)));

        back.Select(blob => blob.Values[0]).Should().Equal(Enumerable.Range(0, 20).Select(i => (float)i));
        await Eventually.True(() => server.Remote.Unhandled.Held == 0);
    }

    /// <summary>The grace is not what the test is about, and a machine may be slow.</summary>
    private static RemotingOptions Patient(RemotingOptions options) => options with { ReconnectGrace = Eventually.Limit };
}
