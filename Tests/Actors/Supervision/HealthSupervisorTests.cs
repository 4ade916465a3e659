using FedActors.Actors;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Supervision;

public sealed class HealthSupervisorTests : IAsyncLifetime
{
    private static readonly HealthOptions Options = new();

    private readonly ActorWorld _world = new();
    private readonly List<string> _log = [];
    private readonly TaskCompletionSource _never = new();
    private ActorContext? _stuck;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>What hangs is let go, so that the system can end.</summary>
    public async Task DisposeAsync()
    {
        _never.TrySetResult();
        await _world.DisposeAsync();
    }

    [Fact]
    public void Check_ChildHangs_ReplacesItWhileItsSiblingGoesOn()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        ActorRef hung = Child("hung");
        _world.Tell(hung, "hang");
        _world.Tell(hung, "queued behind it");

        AdvanceUntilReplaced();
        _world.Tell(Child("sound"), "still here");

        Child("hung").Should().Be(hung, "its reference and its mailbox stay");
        _log.Should().Equal("hung 1 hangs", "hung 2 received queued behind it", "sound 1 received still here");
        _world.Events.OfType<ActorFailed>().Should().ContainSingle().Which.Failure.Should().BeOfType<HealthCheckFailedException>();
    }

    [Fact]
    public void Check_ChildHangs_IsToldOnlyAfterTheMissedChecks()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        _world.Tell(Child("hung"), "hang");

        TimeSpan untilSecondMiss = (2 * Options.Interval) + Options.Timeout;
        _world.Advance(untilSecondMiss - TimeSpan.FromTicks(1));
        _world.Events.OfType<ActorFailed>().Should().BeEmpty();
        _world.Advance(TimeSpan.FromTicks(1));

        _world.Events.OfType<ActorFailed>().Should().ContainSingle();
    }

    [Fact]
    public void Check_LateAnswerBetweenMisses_StartsCountingAnew()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        var release = new TaskCompletionSource();
        _world.Tell(Child("hung"), release.Task);
        _world.Advance(Options.Interval + Options.Timeout);
        release.SetResult();
        _world.Run();

        _world.Advance(100 * Options.Interval);

        _world.Events.OfType<ActorFailed>().Should().BeEmpty();
    }

    [Fact]
    public void Check_BusyChildWithAFullMailbox_IsLeftAlone()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        ActorRef busy = Child("hung");
        for (int second = 0; second < 60; second++)
        {
            var release = new TaskCompletionSource();
            _world.Tell(busy, release.Task);
            while (busy.TryTell("more"))
            {
            }

            _world.Advance(TimeSpan.FromSeconds(1));
            release.SetResult();
            _world.Run();
        }

        _world.Events.OfType<ActorFailed>().Should().BeEmpty();
    }

    [Fact]
    public void Check_TimeoutLongerThanTheInterval_FindsTheHungChildAllTheSame()
    {
        Supervise(Options with { Interval = TimeSpan.FromSeconds(1) }, SupervisorStrategy.OneForOne);
        _world.Tell(Child("hung"), "hang");

        AdvanceUntilReplaced();
    }

    [Fact]
    public void Replaced_OldInstance_MayNotActAnyMore()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        _world.Tell(Child("hung"), "hang");
        CancellationToken stopping = _stuck!.Stopping;

        AdvanceUntilReplaced();

        stopping.IsCancellationRequested.Should().BeTrue();
        _stuck.Invoking(context => context.Spawn(RecordingActor.Props([]), "late")).Should().Throw<InvalidOperationException>().WithMessage("*replaced*");
    }

    [Fact]
    public void Replaced_OldHandlerReturnsLate_ChangesNothing()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        _world.Tell(Child("hung"), "hang");
        AdvanceUntilReplaced();

        _never.SetResult();
        _world.Run();
        _world.Tell(Child("hung"), "after");

        _log.Should().Equal("hung 1 hangs", "hung 1 goes on", "hung 2 received after");
        _world.Events.OfType<ActorFailed>().Should().ContainSingle();
    }

    [Fact]
    public void Check_ChildHangsAgainAndAgain_EscalatesByTheIntensity()
    {
        Supervise(Options, SupervisorStrategy.OneForOne with { MaxRestarts = 2 });
        for (int i = 0; i < 2; i++)
        {
            _world.Tell(Child("hung"), "hang");
            AdvanceUntilReplaced();
        }

        _world.Tell(Child("hung"), "hang");
        _world.Advance(TimeSpan.FromSeconds(30));

        _world.Events.OfType<ActorFailed>().Select(failed => (failed.Actor.Path.Name, failed.Directive)).Should().Equal(
            ("health/hung", Directive.Restart), ("health/hung", Directive.Restart), ("health/hung", Directive.Escalate), ("health", Directive.Restart));
        _world.Tell(Child("hung"), "after");
        _log.Should().EndWith("hung 4 received after");
    }

    [Fact]
    public void Check_ChildEnds_IsNotCheckedAnyMore()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        _world.Stop(Child("hung"));

        _world.Advance(10 * Options.Interval);

        _world.Events.Should().BeEmpty();
    }

    /// <summary>A thread that never comes back, rather than a task.</summary>
    [Fact]
    public async Task Check_ChildBlocksItsThread_IsReplaced()
    {
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        int instances = 0;
        Props blocking = Props.Create(() => new BlockingActor(Interlocked.Increment(ref instances), entered, release, answered));
        _world.Spawn("health", Props.Create(() => new HealthSupervisor(Options, [("hung", blocking with { Scheduler = ThreadPoolScheduler.Instance })])));
        ActorRef hung = Child("hung");
        hung.Tell("block");
        await entered.Task.WaitAsync(Eventually.Limit, TimeProvider.System);

        // Two missed checks and the wait before the restart. The child that is replaced runs on threads of its own from here on.
        _world.Advance((2 * Options.Interval) + Options.Timeout + TimeSpan.FromMilliseconds(200));
        hung.Tell("who");

        (await answered.Task.WaitAsync(Eventually.Limit, TimeProvider.System)).Should().Be("instance 2");
        release.Set();
        _world.System.Stop(hung);
        await Eventually.True(() => _world.System.Find("health/hung") is null, "the child ends");
    }

    /// <summary>The answer goes out on the loop itself: what middleware threw there once ended the loop, and the actor with it, in silence.</summary>
    [Fact]
    public async Task Ping_MiddlewareFailsOnTheAnswer_FailsTheActorAndNotItsLoop()
    {
        await using var world = new ActorWorld(options => options with
        {
            SendMiddleware = [next => (ActorRef target, ref Envelope envelope) =>
                envelope.Message is HealthAck ? throw new InvalidOperationException("no answers") : next(target, ref envelope)],
        });
        var log = new List<string>();
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(log));

        world.Tell(actor, HealthPing.Instance, actor);
        world.Advance(TimeSpan.FromSeconds(1));
        world.Tell(actor, "after");

        log.Should().Equal("started 1", "restarting 1: no answers", "started 2", "received after");
    }

    /// <summary>Its pending restart would have taken the cell from the stuck handler; cancelling that once left the supervisor waiting for ever.</summary>
    [Fact]
    public void Stop_SupervisorOfAHungChildThatAwaitsItsRestart_EndsBoth()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        ActorRef hung = Child("hung");
        _world.Tell(hung, "hang");
        _world.Advance((2 * Options.Interval) + Options.Timeout);
        _world.Events.OfType<ActorFailed>().Should().ContainSingle();

        _world.Stop(_world.System.Find("health")!);

        _world.System.Find("health/hung").Should().BeNull();
        _world.System.Find("health").Should().BeNull();
    }

    /// <summary>Nobody was left to judge a child that hung at that moment, and the system waited for its own timeout.</summary>
    [Fact]
    public void Stop_SupervisorOfAChildThatHangsAndIsNotYetJudged_WaitsAsLongAsItsChecks()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        _world.Tell(Child("hung"), "hang");

        _world.Stop(_world.System.Find("health")!);
        _world.Advance((Options.MaxMissed * Options.Timeout) - TimeSpan.FromTicks(1));
        _world.System.Find("health/hung").Should().NotBeNull("it may come back yet");
        _world.System.Find("health/sound").Should().BeNull();
        _world.Advance(TimeSpan.FromTicks(1));

        _world.System.Find("health/hung").Should().BeNull();
        _world.System.Find("health").Should().BeNull();
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public void Stop_SupervisorOfAChildThatIsSlow_LetsItFinish()
    {
        Supervise(Options, SupervisorStrategy.OneForOne);
        var release = new TaskCompletionSource();
        _world.Tell(Child("hung"), release.Task);
        _world.Stop(_world.System.Find("health")!);

        release.SetResult();
        _world.Run();

        _world.System.Find("health").Should().BeNull();
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    /// <summary>Two hang at once; the second failure is one too many.</summary>
    [Fact]
    public void Check_EscalationWhileAnotherHungChildAwaitsItsRestart_RestartsTheSupervisor()
    {
        int instances = 0;
        Props hanging = Props.Create(() => new HangingActor("hung", ++instances, this));
        _world.Spawn("health", Props.Create(() => new HealthSupervisor(Options, [("hung", hanging), ("also", hanging)])) with
        {
            Supervisor = SupervisorStrategy.OneForOne with { MaxRestarts = 1, MinBackoff = TimeSpan.FromSeconds(10) },
        });
        _world.Tell(Child("hung"), "hang");
        _world.Tell(Child("also"), "hang");

        _world.Advance(TimeSpan.FromSeconds(30));

        _world.Events.OfType<ActorRestarted>().Should().ContainSingle().Which.Actor.Path.Name.Should().Be("health");
    }

    /// <summary>Resuming it would give messages to an instance that is still inside its handler.</summary>
    [Fact]
    public void Check_EscalationOfAHungChildIsResumed_EndsTheChild()
    {
        var world = new ActorWorld(options => options with { Supervisor = SupervisorStrategy.OneForOne with { Decide = static _ => Directive.Resume } });
        Props hanging = Props.Create(() => new HangingActor("hung", 1, this));
        world.Spawn("health", Props.Create(() => new HealthSupervisor(Options, [("hung", hanging)])) with { Supervisor = SupervisorStrategy.OneForOne with { MaxRestarts = 0 } });
        ActorRef hung = world.System.Find("health/hung")!;
        world.Tell(hung, "hang");

        world.Advance((2 * Options.Interval) + Options.Timeout);
        world.Tell(hung, "after");

        _log.Should().Equal("hung 1 hangs");
        world.System.Find("health/hung").Should().BeNull();
    }

    private void Supervise(HealthOptions options, SupervisorStrategy strategy)
    {
        int instances = 0;
        Props hanging = Props.Create(() => new HangingActor("hung", ++instances, this));
        Props sound = Props.Create(() => new HangingActor("sound", 1, this));
        _world.Spawn("health", Props.Create(() => new HealthSupervisor(options, [("hung", hanging), ("sound", sound)])) with { Supervisor = strategy });
    }

    private ActorRef Child(string name) => _world.System.Find($"health/{name}")!;

    private void AdvanceUntilReplaced()
    {
        int before = _world.Events.OfType<ActorRestarted>().Count();
        _world.Advance((3 * Options.Interval) + Options.Timeout);
        _world.Events.OfType<ActorRestarted>().Should().HaveCount(before + 1);
    }

    private sealed class HangingActor(string name, int instance, HealthSupervisorTests test) : Actor
    {
        protected internal override async ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            switch (message)
            {
                case "hang":
                    test._log.Add($"{name} {instance} hangs");
                    test._stuck = context;
                    await test._never.Task;
                    test._log.Add($"{name} {instance} goes on");
                    break;
                case Task task:
                    await task;
                    break;
                case "more":
                    break;
                default:
                    test._log.Add($"{name} {instance} received {message}");
                    break;
            }
        }
    }

    private sealed class BlockingActor(int instance, TaskCompletionSource entered, ManualResetEventSlim release, TaskCompletionSource<string> answered) : Actor
    {
        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            if (message is "block")
            {
                entered.SetResult();
                release.Wait();
            }
            else
            {
                answered.SetResult($"instance {instance}");
            }

            return ValueTask.CompletedTask;
        }
    }
}
