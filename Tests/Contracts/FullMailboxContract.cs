using FedActors.Actors;
using FedActors.Actors.Cells;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <summary>An actor that does not come to handle what another node sends costs that node its messages to it, and no others.</summary>
public abstract class FullMailboxContract
{
    /// <summary>How long the loop hesitates, and an actor may handle nothing.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = new RemotingOptions { Transport = new MemoryTransport(), Registry = TestNodes.Registry }.DeliveryTimeout;

    private readonly ManualTimeProvider _clock = new();
    private readonly SemaphoreSlim _open = new(0);
    private readonly Lock _sync = new();
    private readonly List<int> _seen = [];

    protected abstract ITransport Transport { get; }

    [Fact]
    public async Task Question_BehindMessagesForAFullMailbox_WaitsForAMoment()
    {
        await using ActorSystem server = Serve(RemotingLimits.Default);
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));

        await FillAsync(server, node);
        for (int i = 2; i < 50; i++)
        {
            node.ActorOf("busy").Tell(i % 20 == 7 ? new Blob([i, .. new float[40_000]]) : new Numbered(i));
        }

        await PassTheMomentAsync();
        for (int i = 0; i < 50; i++)
        {
            (await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(i), Eventually.Limit)).Number.Should().Be(i);
        }

        _open.Release(50);
        await Eventually.True(() => Seen().Length == 50);
        Seen().Should().Equal(Enumerable.Range(0, 50), "those that waited keep their order");
        server.DeadLetters.Count.Should().Be(0);
        await Eventually.True(() => Busy(server).WaitingAside == 0 && server.Remote.Unhandled.Held == 0);
    }

    [Fact]
    public async Task Mailbox_OfAnActorThatHangs_CostsOthersOneWaitHoweverManyMessagesCome()
    {
        const int Count = 200;

        // Room for four, with what each takes beside itself.
        await using ActorSystem server = Serve(RemotingLimits.Default with { MaxSetAsideBytes = 4096 });
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        ActorRef busy = node.ActorOf("busy");
        await FillAsync(server, node);
        for (int i = 2; i < Count; i++)
        {
            busy.Tell(new Numbered(i));
        }

        Task<Numbered> answer = node.ActorOf("echo").AskAsync<Numbered>(new Numbered(-1), Eventually.Limit);
        await PassTheMomentAsync();
        await Eventually.True(() => Busy(server).WaitingAside == 4);
        server.DeadLetters.Count.Should().Be(0);

        _clock.Advance(Patience);

        // From here on the clock stands still.
        (await answer).Number.Should().Be(-1);
        await Eventually.True(() => server.DeadLetters.Count == Count - 2, "one is being handled and one is in the mailbox");
        busy.Tell(new Numbered(Count));
        await Eventually.True(() => server.DeadLetters.Count == Count - 1, "the actor has handled nothing since");

        _open.Release(3);
        await Eventually.True(() => Seen().Length == 2);
        busy.Tell(new Numbered(Count + 1));
        await Eventually.True(() => Seen().Length == 3);
        Seen().Should().Equal(0, 1, Count + 1);
    }

    /// <summary>However long the line is: who waits for an actor that works waits in the end for nothing lost.</summary>
    [Fact]
    public async Task Mailbox_OfAnActorThatIsSlow_LosesNothing()
    {
        const int Count = 40;
        await using ActorSystem server = Serve(RemotingLimits.Default);
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await FillAsync(server, node);
        for (int i = 2; i < Count; i++)
        {
            node.ActorOf("busy").Tell(i % 8 == 5 ? new Blob([i, .. new float[40_000]]) : new Numbered(i));
        }

        await PassTheMomentAsync();
        await Eventually.True(() => Busy(server).WaitingAside == Count - 2);
        for (int handled = 1; handled <= Count; handled++)
        {
            _clock.Advance(0.9 * Patience);
            _open.Release();
            await Eventually.True(() => Seen().Length == handled && Busy(server).Handled == Math.Min(handled + 1, Count));
            Busy(server).StandsStill.Should().BeFalse();
        }

        Seen().Should().Equal(Enumerable.Range(0, Count));
        server.DeadLetters.Count.Should().Be(0);
    }

    /// <summary>One message is being handled and one is in the mailbox, so that the next finds no room, however fast the actor is.</summary>
    private static async Task FillAsync(ActorSystem server, RemoteNode node)
    {
        node.ActorOf("busy").Tell(new Numbered(0));
        await Eventually.True(() => Busy(server).Handled == 1 && Busy(server).Queued == 0);
        node.ActorOf("busy").Tell(new Numbered(1));
        await Eventually.True(() => Busy(server).Queued == 1);
    }

    /// <summary>Of the node's timers nothing else is due as soon.</summary>
    private async Task PassTheMomentAsync()
    {
        await Eventually.True(() => _clock.NextDue - _clock.SteadyNow <= Moment);
        _clock.Advance(Moment);
    }

    private static ActorCell Busy(ActorSystem server) => ((LocalActorRef)server.Find("busy")!).Cell;

    /// <summary>A node in time of its own, in which only what waits is looked at, with an actor that waits for the test and one that answers.</summary>
    private ActorSystem Serve(RemotingLimits limits)
    {
        ActorSystem server = TestNodes.Create(
            Transport,
            "server",
            options => options with { Limits = limits, IdleTimeout = TimeSpan.FromDays(1), StallTimeout = TimeSpan.FromDays(1) },
            options => options with { Time = _clock });
        server.Spawn(
            Props.FromBehaviour(async (_, message) =>
            {
                await _open.WaitAsync().Limit();
                lock (_sync)
                {
                    _seen.Add(message is Blob blob ? (int)blob.Values[0] : ((Numbered)message).Number);
                }
            }) with
            { Mailbox = new MailboxOptions { Capacity = 1 } },
            "busy");
        server.SpawnEcho();
        return server;
    }

    private int[] Seen()
    {
        lock (_sync)
        {
            return [.. _seen];
        }
    }
}
