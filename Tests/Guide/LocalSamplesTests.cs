using System.Diagnostics.Metrics;
using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Middleware;
using FedActors.Actors.Supervision;
using FedActors.Examples.Guide;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Guide;

/// <summary>What docs/actors.md shows of one node. GuideTests holds the page to the regions.</summary>
public sealed class LocalSamplesTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ask_ActorWithState_AnswersWhatItWasTold()
    {
        #region ask
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });
        ActorRef account = system.Spawn(Props.Create(() => new Account()), "account");
        account.Tell(new Deposit(20));
        account.Tell(new Deposit(22));
        Balance balance = await account.AskAsync<Balance>(new BalanceRequest(), TimeSpan.FromSeconds(1));
        #endregion
        balance.Amount.Should().Be(42);
    }

    [Fact]
    public async Task Ask_NoAnswerOrFailure_Throws()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });
        ActorRef account = system.Spawn(Props.Create(() => new Account()), "account");
        var seen = new List<string>();

        #region ask-fails
        try
        {
            await account.AskAsync<Balance>(new Deposit(-1), TimeSpan.FromSeconds(1));
        }
        catch (AskFailedException e)
        {
            // The handler failed, the message reached nobody, or the answer was no Balance.
            seen.Add(e.Message);
        }
        catch (TimeoutException e)
        {
            // Nobody answered in time. The message may have been handled.
            seen.Add(e.Message);
        }
        #endregion

        seen.Should().ContainSingle().Which.Should().Contain("failed while handling Deposit: Nothing is taken here.");
        await FluentActions.Awaiting(() => account.AskAsync<Balance>(new Deposit(1), TimeSpan.Zero)).Should().ThrowAsync<TimeoutException>();
    }

    [Fact]
    public async Task Supervisor_Strategy_SaysWhatFollowsAFailure()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });

        #region supervision
        var strategy = new SupervisorStrategy
        {
            Decide = failure => failure is ArgumentException ? Directive.Resume : Directive.Restart,
            MaxRestarts = 10,
            Window = TimeSpan.FromMinutes(1),
            MinBackoff = TimeSpan.FromMilliseconds(100),
            MaxBackoff = TimeSpan.FromSeconds(10),
        };
        ActorRef branch = system.Spawn(Props.Create(() => new Branch()) with { Supervisor = strategy }, "branch");
        #endregion

        ActorRef account = await branch.AskAsync<ActorRef>("account", Wait);
        account.Tell(new Deposit(42));
        await FluentActions.Awaiting(() => account.AskAsync<Balance>(new Deposit(-1), Wait)).Should().ThrowAsync<AskFailedException>();

        (await account.AskAsync<Balance>(new BalanceRequest(), Wait)).Amount.Should().Be(42, "it was resumed, and a restart would have forgotten");
    }

    [Fact]
    public async Task HealthSupervisor_ChildHangs_ReplacesIt()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });
        var hanging = new TaskCompletionSource();
        Props caller = Props.FromBehaviour(async (context, message) =>
        {
            if (message is "hang")
            {
                await hanging.Task;
            }

            context.Respond(message);
        });

        #region health
        var health = new HealthOptions { Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMilliseconds(50) };
        system.Spawn(Props.Create(() => new HealthSupervisor(health, [("caller", caller)])), "supervised");
        #endregion

        ActorRef child = await Eventually.NotNull(() => system.Find("supervised/caller"));
        child.Tell("hang");
        (await child.AskAsync<string>("are you there?", Wait)).Should().Be("are you there?");
        hanging.SetResult();
    }

    [Fact]
    public async Task Watch_ActorEnds_IsTold()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });
        ActorRef account = system.Spawn(Props.Create(() => new Account()), "account");
        var heard = new TaskCompletionSource<Terminated>(TaskCreationOptions.RunContinuationsAsynchronously);

        #region watch
        ActorRef auditor = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                switch (message)
                {
                    case ActorRef watched:
                        context.Watch(watched);
                        break;
                    case Terminated ended:
                        heard.SetResult(ended);
                        break;
                }

                return ValueTask.CompletedTask;
            }),
            "auditor");
        #endregion

        auditor.Tell(account);
        account.Tell(PoisonPill.Instance);

        (await heard.Task.WaitAsync(Wait, TimeProvider.System)).Actor.Should().Be(account);
    }

    [Fact]
    public async Task Timer_OpensAndCloses_ByBehaviours()
    {
        await using var world = new ActorWorld();
        ActorRef door = world.Spawn("door", Props.Create(() => new Door()));

        (await world.AskAsync<string>(door, "open?")).Should().Be("no");
        world.Tell(door, "open");
        (await world.AskAsync<string>(door, "open?")).Should().Be("yes");
        world.Advance(TimeSpan.FromSeconds(30));
        (await world.AskAsync<string>(door, "open?")).Should().Be("no");
    }

    [Fact]
    public async Task PipeToSelf_LongWork_LeavesTheActorFree()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });
        TaskCompletionSource<int>[] work = [new(), new()];
        int begun = 0;
        ActorRef clerk = system.Spawn(Props.Create(() => new Clerk(_ => work[begun++].Task)), "clerk");

        Task<string> first = clerk.AskAsync<string>("count", Wait);
        Task<string> second = clerk.AskAsync<string>("count", Wait);
        (await clerk.AskAsync<string>("hello", Wait)).Should().Be("hello");
        work[1].SetResult(13);
        (await second).Should().Be("13 counted");
        work[0].SetResult(12);

        (await first).Should().Be("12 counted");
    }

    [Fact]
    public async Task Mailbox_Full_IsFeltBySenders()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });
        var busy = new TaskCompletionSource();
        Behaviour slow = async (_, _) => await busy.Task;

        #region backpressure
        Props props = Props.FromBehaviour(slow) with { Mailbox = new MailboxOptions { Capacity = 100 } };
        ActorRef printer = system.Spawn(props, "printer");
        while (printer.TryTell("a page"))
        {
            // There is room; a refused message is the caller's to keep.
        }

        ValueTask sending = printer.TellAsync("the page that was refused");
        #endregion

        busy.SetResult();
        await sending;
        system.DeadLetters.Count.Should().Be(0);
    }

    [Fact]
    public async Task DeadLetters_Subscriber_SeesWhatReachedNobody()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "bank" });
        ActorRef account = system.Spawn(Props.Create(() => new Account()), "account");
        await system.StopAndWaitAsync(account);
        var lost = new List<DeadLetter>();

        #region deadletters
        using IDisposable subscription = system.Events.Subscribe<DeadLetter>(lost.Add);
        account.Tell(new Deposit(1));
        #endregion

        lost.Should().ContainSingle().Which.Reason.Should().Be(DeadLetterReason.NoSuchActor);
    }

    [Fact]
    public async Task Middleware_BothSides_SeeEachMessage()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();

        #region middleware
        ReceiveMiddleware audit = next => async (context, envelope) =>
        {
            seen.Enqueue($"{context.Self.Path.Name} handles {envelope.Message.GetType().Name}");
            await next(context, envelope);
        };
        SendMiddleware noDrafts = MessageMiddleware.DropSent((target, envelope) => envelope.Message is "draft");
        var options = new ActorSystemOptions { Node = "bank", ReceiveMiddleware = [audit], SendMiddleware = [noDrafts] };
        #endregion

        await using var system = new ActorSystem(options);
        ActorRef account = system.Spawn(Props.Create(() => new Account()), "account");
        account.Tell("draft");
        await account.AskAsync<Balance>(new BalanceRequest(), Wait);

        seen.Should().Equal("account handles BalanceRequest");
    }

    [Fact]
    public async Task Meters_Listener_SeesWhatWasHandled()
    {
        var handled = new System.Collections.Concurrent.ConcurrentQueue<string>();

        #region meters
        var options = new ActorSystemOptions { Node = "measured-bank" }.Observed();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == ActorMeter.MeterName && instrument.Name == "fedactors.message.duration")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => handled.Enqueue($"{tags[0].Value} took {seconds:0.000000} s"));
        listener.Start();
        #endregion

        await using var system = new ActorSystem(options);
        ActorRef account = system.Spawn(Props.Create(() => new Account()), "account");
        await account.AskAsync<Balance>(new BalanceRequest(), Wait);

        await Eventually.True(() => handled.Any(line => line.StartsWith("BalanceRequest took ", StringComparison.Ordinal)));
        system.Describe().ToString().Should().Contain("account  running");
    }
}
