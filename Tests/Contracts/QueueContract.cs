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

    /// <summary>The grace is not what the test is about, and a machine may be slow.</summary>
    private static RemotingOptions Patient(RemotingOptions options) => options with { ReconnectGrace = Eventually.Limit };
}
