using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Senders that await room in a full queue get it in the order in which they came.</summary>
public sealed class WaitingForRoomTests
{
    private readonly BreakableTransport _transport = new(new MemoryTransport());
    private readonly ConcurrentQueue<int> _seen = new();

    [Fact]
    public async Task TellAsync_ManyWaiting_AreServedInTheOrderInWhichTheyCame()
    {
        const int Waiting = 2000;
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient);
        ActorRef sink = await ConnectAsync(server, client);
        int taken = Fill(sink);

        ValueTask[] tells = [.. Enumerable.Range(taken, Waiting).Select(i => sink.TellAsync(new Numbered(i)))];
        tells.Should().NotContain(tell => tell.IsCompleted);
        _transport.ThawAll();

        foreach (ValueTask tell in tells)
        {
            await tell.Limit();
        }

        await Eventually.True(() => _seen.Count == taken + Waiting);
        _seen.Should().Equal(Enumerable.Range(0, taken + Waiting));
    }

    [Fact]
    public async Task TellAsync_GivenUpWhileItWaits_IsNotSentAndHoldsUpNobody()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient);
        ActorRef sink = await ConnectAsync(server, client);
        int taken = Fill(sink);
        using var cancellation = new CancellationTokenSource();
        Task givenUp = sink.TellAsync(new Numbered(-1), cancellationToken: cancellation.Token).AsTask();
        Task patient = sink.TellAsync(new Numbered(taken)).AsTask();

        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => givenUp).Should().ThrowAsync<OperationCanceledException>();
        patient.IsCompleted.Should().BeFalse();
        _transport.ThawAll();

        await patient.Limit();
        await Eventually.True(() => _seen.Count == taken + 1);
        _seen.Should().Equal(Enumerable.Range(0, taken + 1));
    }

    [Fact]
    public async Task TellAsync_WaitingForANodeThatIsGivenUp_IsADeadLetter()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient);
        await using ActorSystem client = TestNodes.Create(_transport, "client", options => Small(options) with { ReconnectGrace = TimeSpan.FromMilliseconds(50) });
        ActorRef sink = await ConnectAsync(server, client);
        int taken = Fill(sink);
        Task waiting = sink.TellAsync(new Numbered(taken)).AsTask();
        Task<DeadLetter> dead = client.NextAsync<DeadLetter>(letter => letter.Message is Numbered number && number.Number == taken);

        _transport.Refuse(true);
        _transport.BreakAll();

        await waiting.Limit();
        (await dead.Limit()).Reason.Should().Be(DeadLetterReason.Unreachable);
    }

    [Fact]
    public async Task TellAsync_OfLargeMessagesOneAfterTheOther_WaitsForNoHeartbeat()
    {
        // What was let in by the last acknowledgement lay there until something else woke the sending loop. These clocks stand still.
        const int Messages = 50;
        await using ActorSystem server = TestNodes.Create(_transport, "server", Patient, options => options with { Time = new ManualTimeProvider() });
        await using ActorSystem client = TestNodes.Create(_transport, "client", Patient, options => options with { Time = new ManualTimeProvider() });
        int seen = 0;
        server.SpawnSink("sink", _ => Interlocked.Increment(ref seen));
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.WhenConnectedAsync().Limit();
        ActorRef sink = node.ActorOf("sink");

        for (int i = 0; i < Messages; i++)
        {
            await sink.TellAsync(new Blob(new float[30_000])).Limit();
        }

        await Eventually.True(() => Volatile.Read(ref seen) == Messages);
    }

    private static RemotingOptions Patient(RemotingOptions options) => Small(options) with { ReconnectGrace = Eventually.Limit };

    private static RemotingOptions Small(RemotingOptions options) => options with { Limits = RemotingLimits.Default with { MaxQueuedBytes = 20_000 } };

    private async Task<ActorRef> ConnectAsync(ActorSystem server, ActorSystem client)
    {
        server.SpawnSink("sink", message => _seen.Enqueue(((Numbered)message).Number));
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.WhenConnectedAsync().Limit();
        return node.ActorOf("sink");
    }

    /// <summary>Tells until there is no room, while nothing arrives.</summary>
    private int Fill(ActorRef sink)
    {
        _transport.FreezeAll();
        int taken = 0;
        while (sink.TryTell(new Numbered(taken)))
        {
            taken++;
        }

        return taken;
    }
}
