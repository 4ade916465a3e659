using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

public sealed class ActorTimersTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ActorWorld _world = new();
    private readonly List<string> _log = [];

    private ActorRef Actor { get; set; } = null!;

    public Task InitializeAsync()
    {
        Actor = _world.Spawn("actor", RecordingActor.Props(_log) with { Mailbox = new MailboxOptions { Capacity = 1 } });
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public void StartSingle_TimePasses_FiresOnceWhenDue()
    {
        _world.Do(Actor, context => context.Timers.StartSingle("key", Second, "tick"));

        _world.Advance(Second - TimeSpan.FromTicks(1));
        _log.Should().Equal("started 1");
        _world.Advance(10 * Second);

        _log.Should().Equal("started 1", "received tick");
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public void StartPeriodic_TimePasses_FiresAtEachPeriodUntilCancelled()
    {
        _world.Do(Actor, context => context.Timers.StartPeriodic("key", Second, "tick"));
        _world.Advance(3.5 * Second);

        _world.Do(Actor, context => context.Timers.Cancel("key"));
        _world.Advance(10 * Second);

        _log.Should().Equal("started 1", "received tick", "received tick", "received tick");
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public void StartPeriodic_ActorBusyForManyPeriods_GetsOneTick()
    {
        _world.Do(Actor, context => context.Timers.StartPeriodic("key", Second, "tick"));

        _world.Do(Actor, _ => _world.Clock.Advance(10.5 * Second));

        _log.Should().Equal("started 1", "received tick");
        _world.Advance(Second);
        _log.Should().HaveCount(3);
    }

    [Fact]
    public void StartSingle_SameKey_ReplacesTheOneBefore()
    {
        _world.Do(Actor, context =>
        {
            context.Timers.StartSingle("key", Second, "first");
            context.Timers.StartSingle("key", 2 * Second, "second");
            context.Timers.StartSingle("other", Second, "third");
        });

        _world.Advance(5 * Second);

        _log.Should().Equal("started 1", "received third", "received second");
    }

    [Fact]
    public void Cancel_AlreadyDueButNotHandled_DoesNotFire()
    {
        _world.Do(Actor, context =>
        {
            context.Timers.StartSingle("key", Second, "tick");
            _world.Clock.Advance(Second);
            context.Timers.Cancel("key");
            context.Timers.IsRunning("key").Should().BeFalse();
        });

        _log.Should().Equal("started 1");
    }

    [Fact]
    public void Start_AnewWhileDueButNotHandled_FiresTheNewOneOnly()
    {
        _world.Do(Actor, context =>
        {
            context.Timers.StartSingle("key", Second, "old");
            _world.Clock.Advance(Second);
            context.Timers.StartSingle("key", Second, "new");
        });
        _log.Should().Equal("started 1");

        _world.Advance(Second);

        _log.Should().Equal("started 1", "received new");
    }

    [Fact]
    public void Timer_FullMailbox_FiresAllTheSame()
    {
        _world.Do(Actor, context =>
        {
            context.Timers.StartSingle("key", Second, "tick");
            context.Self.TryTell("queued").Should().BeTrue();
            context.Self.TryTell("refused").Should().BeFalse();
            _world.Clock.Advance(Second);
        });

        _log.Should().Equal("started 1", "received tick", "received queued");
    }

    [Fact]
    public void Stop_TimersRunning_EndsThem()
    {
        _world.Do(Actor, context => context.Timers.StartPeriodic("key", Second, "tick"));

        _world.Stop(Actor);
        _world.Advance(5 * Second);

        _log.Should().Equal("started 1", "stopped 1");
        _world.Clock.ArmedTimers.Should().Be(0);
        _world.DeadLetters.Should().BeEmpty();
    }

    [Fact]
    public void Restart_TimersRunning_EndsThem()
    {
        _world.Do(Actor, context => context.Timers.StartPeriodic("key", TimeSpan.FromMilliseconds(10), "tick"));

        _world.Tell(Actor, new InvalidOperationException("oh"));
        _world.Advance(5 * Second);

        _log.Should().Equal("started 1", "restarting 1: oh", "started 2");
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public void Resume_TimerCameDueWhileSuspended_FiresThen()
    {
        var decided = new List<Exception>();
        ActorRef parent = _world.Spawn("parent", RecordingActor.Props([], context => context.Spawn(RecordingActor.Props(_log), "child")) with
        {
            Supervisor = new() { Decide = failure => { decided.Add(failure); return FedActors.Actors.Supervision.Directive.Resume; } },
        });
        ActorRef child = _world.System.Find("parent/child")!;
        _log.Clear();

        _world.Do(child, context =>
        {
            context.Timers.StartSingle("key", Second, "tick");
            _world.Clock.Advance(Second);
            throw new InvalidOperationException("oh");
        });

        decided.Should().HaveCount(1);
        _log.Should().Equal("received tick");
    }

    [Fact]
    public void Start_ImpossibleTimes_AreTheCallersMistake() => _world.Do(Actor, context =>
    {
        context.Timers.Invoking(timers => timers.StartSingle("key", -Second, "tick")).Should().Throw<ArgumentOutOfRangeException>();
        context.Timers.Invoking(timers => timers.StartPeriodic("key", TimeSpan.Zero, "tick")).Should().Throw<ArgumentOutOfRangeException>();
        context.Timers.Invoking(timers => timers.StartSingle("", Second, "tick")).Should().Throw<ArgumentException>();
    });

    /// <summary>The hooks run after the instance's timers have ended; one started there would tick for ever.</summary>
    [Fact]
    public void Start_InTheStoppedHook_StartsNothing()
    {
        ActorRef actor = _world.Spawn("late", Props.Create(() => new LateStarter()));

        _world.Stop(actor);

        _world.Clock.ArmedTimers.Should().Be(0);
    }

    private sealed class LateStarter : Actor
    {
        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message) => ValueTask.CompletedTask;

        protected internal override ValueTask OnStoppedAsync(ActorContext context)
        {
            context.Timers.StartPeriodic("late", Second, "tick");
            return ValueTask.CompletedTask;
        }
    }
}
