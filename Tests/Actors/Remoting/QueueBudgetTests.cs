using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Many nodes that take nothing may not have a full queue each.</summary>
public sealed class QueueBudgetTests
{
    private const int Deaf = 8;
    private const int Budget = 2 * QueueBudget.ShareBytes;
    private readonly MemoryTransport _network = new();
    private readonly BreakableTransport _transport;

    public QueueBudgetTests() => _transport = new BreakableTransport(_network);

    [Fact]
    public async Task Queues_OfManyDeafNodes_TogetherKeepToTheBudgetAndOthersAreServed()
    {
        await using ActorSystem speaker = TestNodes.Create(_network, "speaker", options => Patient(options) with { Limits = RemotingLimits.Default with { MaxQueuedBytesOfAll = Budget } });
        await using ActorSystem listener = TestNodes.Create(_network, "listener", Patient);
        listener.SpawnEcho();
        ActorRef echo = speaker.Remote.Connect(await listener.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");
        ActorSystem[] deaf = [.. Enumerable.Range(0, Deaf).Select(i => TestNodes.Create(_transport, $"deaf-{i}", Patient))];
        ActorRef[] sinks = await Task.WhenAll(deaf.Select(async node =>
        {
            node.SpawnSink("sink", _ => { });
            RemoteNode remote = speaker.Remote.Connect(await node.Remote.ListenAsync(TestNodes.AnyPort));
            await remote.WhenConnectedAsync().Limit();
            return remote.ActorOf("sink");
        }));
        _transport.FreezeAll();

        int told = sinks.Sum(TellUntilRefused);

        // A message has at least ten bytes. What may overshoot is each node's share and what is counted in steps.
        (told * 10L).Should().BeLessThan(Budget + (Deaf * (QueueBudget.ShareBytes + (64 * 1024))));
        told.Should().BeGreaterThan(Budget / 64);
        (await echo.AskAsync<Numbered>(new Numbered(1), Eventually.Limit)).Number.Should().Be(1);

        // Whoever takes again what it was sent gets room again.
        ValueTask waiting = sinks[0].TellAsync(new Numbered(0));
        _transport.ThawAll();
        await waiting.Limit();
        await Task.WhenAll(sinks.Select(sink => sink.TellAsync(new Numbered(1)).AsTask())).Limit();
        speaker.DeadLetters.Count.Should().Be(0);
        foreach (ActorSystem node in deaf)
        {
            await node.DisposeAsync();
        }
    }

    private static int TellUntilRefused(ActorRef sink)
    {
        int told = 0;
        while (sink.TryTell(new Numbered(told)))
        {
            told++;
        }

        return told;
    }

    /// <summary>However long filling the queues takes, nobody takes the deaf ones for silent: their next connections would not be frozen.</summary>
    private static RemotingOptions Patient(RemotingOptions options) => options with { ReconnectGrace = Eventually.Limit, IdleTimeout = Eventually.Limit, StallTimeout = Eventually.Limit };
}
