using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A large message of another node counts until it is handled, whatever becomes of it, and never longer.</summary>
public sealed class LargeArrivalTests : IAsyncLifetime
{
    private const int Bytes = 1000;
    private readonly ActorWorld _world = new();
    private readonly TaskCompletionSource _open = new();
    private readonly UnhandledBytes _unhandled;
    private int _roomFound;

    public LargeArrivalTests() => _unhandled = new UnhandledBytes(3 * Bytes, null, () => _roomFound++);

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>What waits is let go, so that the system can end.</summary>
    public async Task DisposeAsync()
    {
        _open.TrySetResult();
        await _world.DisposeAsync();
    }

    [Fact]
    public void Arrivals_OfAnActorThatWaits_CountUntilItsHandlerHasReturned()
    {
        ActorRef actor = SpawnWaiting();
        for (int i = 0; i < 5; i++)
        {
            Deliver(actor);
        }

        (_unhandled.Held, _unhandled.HasRoom).Should().Be((5 * Bytes, false));

        Open();

        (_unhandled.Held, _unhandled.HasRoom, _roomFound).Should().Be((0, true, 1));
    }

    /// <summary>What has come back from work is handled before the next message: a message counted as long as that took.</summary>
    [Fact]
    public void Arrivals_HandledBeforeWhatTakesLongInTheOtherLane_CountNoMore()
    {
        ActorRef actor = _world.Spawn("working", async (context, message) =>
        {
            if (message is "done")
            {
                await _open.Task;
                return;
            }

            context.PipeToSelf(Task.FromResult(1), _ => "done", _ => "failed");
        });

        Deliver(actor);

        _unhandled.Held.Should().Be(0, "its handler has returned");
        Open();
    }

    [Fact]
    public void Arrivals_OfAnActorThatFailsAndIsRestarted_CountNoMore()
    {
        ActorRef actor = _world.Spawn("failing", Props.FromBehaviour((_, _) => throw new InvalidOperationException("on purpose")));
        Deliver(actor);
        _unhandled.Held.Should().Be(0, "it is restarted later, and the message is lost now");
        Deliver(actor);

        _world.Advance(TimeSpan.FromMinutes(1));

        _world.Events.OfType<ActorRestarted>().Should().HaveCount(2);
        _unhandled.Held.Should().Be(0);
    }

    [Fact]
    public void Arrivals_OfAnActorThatIsStopped_BecomeDeadLettersAndCountNoMore()
    {
        ActorRef actor = SpawnWaiting();
        Deliver(actor);
        Deliver(actor);
        Deliver(actor);
        _world.Stop(actor);
        _unhandled.Held.Should().Be(3 * Bytes, "its handler has yet to return");

        Open();

        _world.DeadLetters.Should().HaveCount(2);
        _unhandled.Held.Should().Be(0);

        Deliver(actor);

        _world.DeadLetters.Should().HaveCount(3);
        _unhandled.Held.Should().Be(0);
    }

    [Fact]
    public void Arrivals_OfAnActorThatHangsAndIsReplaced_AreLeftToItOrHandledByTheNext()
    {
        int calls = 0;
        var handled = new List<int>();
        Props hanging = Props.FromBehaviour(async (_, _) =>
        {
            int call = ++calls;
            if (call == 1)
            {
                await _open.Task.Limit();
            }

            handled.Add(call);
        });
        _world.Spawn("family", Props.Create(() => new HealthSupervisor(new HealthOptions(), [("hung", hanging)])));
        ActorRef hung = _world.System.Find("family/hung")!;
        Deliver(hung);
        Deliver(hung);

        _world.Advance(TimeSpan.FromMinutes(5));

        handled.Should().Equal(2);
        _unhandled.Held.Should().Be(0);
        _open.SetResult();
        _world.Run();
        _unhandled.Held.Should().Be(0, "what the former instance was left with is let go once");
    }

    [Fact]
    public void Arrivals_ThatAreForwarded_CountUntilTheLastHasHandledThem()
    {
        ActorRef last = SpawnWaiting();
        ActorRef first = _world.Spawn("first", (context, _) =>
        {
            context.Forward(last);
            return ValueTask.CompletedTask;
        });
        Deliver(first);
        Deliver(first);
        _unhandled.Held.Should().Be(2 * Bytes);

        Open();

        _unhandled.Held.Should().Be(0);
    }

    [Fact]
    public void Arrivals_ThatAreKeptAndForwardedLater_CountAgainMeanwhile()
    {
        var kept = new List<Envelope>();
        ActorRef keeper = _world.Spawn("keeper", (context, _) =>
        {
            kept.Add(context.Envelope);
            return ValueTask.CompletedTask;
        });
        ActorRef sink = _world.Spawn("sink", (_, _) => ValueTask.CompletedTask);
        Deliver(keeper);
        _unhandled.Held.Should().Be(0);

        sink.Forward(kept[0]);
        _unhandled.Held.Should().Be(Bytes);
        _world.Run();

        _unhandled.Held.Should().Be(0);
    }

    [Fact]
    public void Arrivals_DroppedForNewerOnes_CountNoMore()
    {
        ActorRef actor = SpawnWaiting(new MailboxOptions { Capacity = 2, FullMode = MailboxFullMode.DropOldest });
        for (int i = 0; i < 10; i++)
        {
            Deliver(actor);
        }

        _unhandled.Held.Should().Be(3 * Bytes, "one is being handled and two wait");

        Open();

        _unhandled.Held.Should().Be(0);
    }

    /// <summary>A turn may end with the last message that there is: nothing else comes then that would let go of it.</summary>
    [Fact]
    public async Task Arrivals_AskedForInTurns_CountNoMoreWhenAllIsQuiet()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "pooled" });
        ActorRef echo = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                context.Respond(message);
                return ValueTask.CompletedTask;
            }),
            "echo");
        for (int i = 0; i < 500; i++)
        {
            var question = new PromiseRef<string>(system, echo, typeof(string), Eventually.Limit);
            Task<string> answer = question.Begin(CancellationToken.None);
            var headers = new MessageHeaders { Arrival = new LargeArrival(_unhandled, Bytes) };
            await Task.Run(() => echo.OfferAwaited(new Envelope("message", question, headers)));
            await answer.Limit();
            await Eventually.True(() => _unhandled.Held == 0, "no other message comes that would take its place");
        }
    }

    /// <summary>As the receiving loop does it.</summary>
    private void Deliver(ActorRef target)
    {
        var arrival = new LargeArrival(_unhandled, Bytes);
        arrival.Enter();
        target.Forward(new Envelope("message", null, new MessageHeaders { Arrival = arrival }));
        arrival.Leave();
        _world.Run();
    }

    private ActorRef SpawnWaiting(MailboxOptions? mailbox = null) => _world.Spawn(
        "waiting",
        Props.FromBehaviour(async (_, _) => await _open.Task.Limit()) with { Mailbox = mailbox ?? MailboxOptions.Default });

    private void Open()
    {
        _open.SetResult();
        _world.Run();
    }
}
