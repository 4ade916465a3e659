using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;
using Microsoft.Extensions.Logging;

namespace FedActors.Tests.Actors.Supervision;

public sealed class SupervisionTests
{
    [Fact]
    public async Task OneForOne_ChildFails_RestartsItAloneBehindItsReference()
    {
        await using var family = new Family();
        ActorRef a = family["a"];
        a.Tell("before");
        a.Tell(new InvalidOperationException("oh"));
        a.Tell("after");

        family.World.Run();
        family.World.Advance(TimeSpan.Zero);

        family.Logs["a"].Should().Equal("started 1", "received before", "restarting 1: oh", "started 2", "received after");
        family.Logs["b"].Should().Equal("started 1");
        family["a"].Should().Be(a);
        family.World.Events.OfType<ActorRestarted>().Should().ContainSingle().Which.Actor.Should().Be(a);
    }

    [Fact]
    public async Task AllForOne_ChildFails_RestartsAllAndCountsOneRestart()
    {
        await using var family = new Family(SupervisorStrategy.AllForOne with { MinBackoff = TimeSpan.Zero, MaxRestarts = 1 }, "a", "b", "c");

        family.Fail("b");
        family.World.Advance(TimeSpan.Zero);

        foreach (string child in new[] { "a", "b", "c" })
        {
            family.Logs[child].Should().Equal("started 1", "restarting 1: oh", "started 2");
        }

        family.ParentLog.Should().Equal("started 1");
    }

    [Fact]
    public async Task AllForOne_WaitingForBackoff_SiblingsTakeNoMessages()
    {
        await using var family = new Family(SupervisorStrategy.AllForOne with { Jitter = 0 });
        family.Fail("a");

        family.World.Tell(family["b"], "in between");
        family.Logs["b"].Should().Equal("started 1");
        family.World.Advance(TimeSpan.FromMilliseconds(200));

        family.Logs["b"].Should().Equal("started 1", "restarting 1: oh", "started 2", "received in between");
    }

    [Fact]
    public async Task AllForOne_TwoChildrenFailTogether_IsOneRestart()
    {
        await using var family = new Family(SupervisorStrategy.AllForOne with { MaxRestarts = 1 });
        family["a"].Tell(new InvalidOperationException("oh"));
        family["b"].Tell(new InvalidOperationException("oh too"));
        family.World.Run();

        family.World.Advance(TimeSpan.FromSeconds(1));

        family.Logs["a"].Should().Equal("started 1", "restarting 1: oh", "started 2");
        family.Logs["b"].Should().HaveCount(3).And.EndWith("started 2");
        family.ParentLog.Should().Equal("started 1");
    }

    [Fact]
    public async Task Resume_ChildFails_KeepsItsInstanceAndSkipsTheMessage()
    {
        await using var family = new Family(SupervisorStrategy.OneForOne with { Decide = _ => Directive.Resume });
        family["a"].Tell(new InvalidOperationException("oh"));
        family["a"].Tell("after");

        family.World.Run();

        family.Logs["a"].Should().Equal("started 1", "received after");
    }

    [Fact]
    public async Task Stop_ChildFails_EndsIt()
    {
        await using var family = new Family(SupervisorStrategy.Stopping);

        family.Fail("a");

        family.Logs["a"].Should().Equal("started 1", "stopped 1");
        family.World.System.Find("parent/a").Should().BeNull();
        family.World.System.Find("parent/b").Should().NotBeNull();
    }

    [Fact]
    public async Task Stop_AllForOne_EndsAll()
    {
        await using var family = new Family(SupervisorStrategy.AllForOne with { Decide = _ => Directive.Stop });

        family.Fail("a");

        family.World.System.Find("parent/a").Should().BeNull();
        family.World.System.Find("parent/b").Should().BeNull();
    }

    [Fact]
    public async Task Escalate_ChildFails_FailsTheParentWithTheSameFailure()
    {
        await using var family = new Family(SupervisorStrategy.OneForOne with { Decide = _ => Directive.Escalate });

        family.Fail("a");
        family.World.Advance(TimeSpan.FromSeconds(1));

        family.ParentLog.Should().Equal("started 1", "restarting 1: oh", "started 2");
        family.Logs["a"].Should().Equal("started 1", "stopped 1", "started 1");
        family.Failures.Select(failed => (failed.Actor.Path.Name, failed.Directive)).Should()
            .Equal(("parent/a", Directive.Escalate), ("parent", Directive.Restart));
    }

    [Fact]
    public async Task Decide_Throws_EscalatesWhatItThrew()
    {
        await using var family = new Family(SupervisorStrategy.OneForOne with { Decide = _ => throw new NotSupportedException("undecided") });

        family.Fail("a");
        family.World.Advance(TimeSpan.FromSeconds(1));

        family.ParentLog.Should().Equal("started 1", "restarting 1: undecided", "started 2");
    }

    [Fact]
    public async Task Decide_ByFailure_SeesTheFailureItself()
    {
        await using var family = new Family(SupervisorStrategy.OneForOne with { Decide = failure => failure is NotSupportedException ? Directive.Stop : Directive.Resume });

        family.Fail("a");
        family.World.Tell(family["b"], new NotSupportedException());

        family.World.System.Find("parent/a").Should().NotBeNull();
        family.World.System.Find("parent/b").Should().BeNull();
    }

    [Fact]
    public async Task Escalate_PastATopActor_EndsTheSystemWithTheReason()
    {
        var world = new ActorWorld(options => options with { Supervisor = SupervisorStrategy.OneForOne with { Decide = _ => Directive.Escalate } });
        var bystander = new List<string>();
        world.Spawn("bystander", RecordingActor.Props(bystander));

        world.Tell(world.Spawn("top", RecordingActor.Props([])), new InvalidOperationException("no way on"));

        (await world.Invoking(w => w.RunUntil(w.System.WhenTerminated)).Should().ThrowAsync<InvalidOperationException>()).WithMessage("no way on");
        bystander.Should().Equal("started 1", "stopped 1");
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Failure_OfAParentWhoseChildWaits_GivesEveryoneAFreshStart()
    {
        await using var family = new Family(SupervisorStrategy.OneForOne with { MinBackoff = TimeSpan.FromSeconds(5) });
        family.Fail("a");

        family.World.Tell(family.Parent, new InvalidOperationException("the parent too"));
        family.World.Advance(TimeSpan.FromSeconds(10));

        family.ParentLog.Should().Equal("started 1", "restarting 1: the parent too", "started 2");
        family.Logs["a"].Should().Equal("started 1", "stopped 1", "started 1");
        family.World.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public async Task Stop_ChildWaitingForItsRestart_EndsItAndItsTimer()
    {
        await using var family = new Family(SupervisorStrategy.OneForOne);
        family.Fail("a");

        family.World.Stop(family["a"]);

        family.Logs["a"].Should().Equal("started 1", "stopped 1");
        family.World.Clock.ArmedTimers.Should().Be(0);
    }

    [Theory]
    [InlineData(Directive.Resume)]
    [InlineData(Directive.Stop)]
    public async Task Factory_Throws_LeavesNoActorWithoutAnInstance(Directive directive)
    {
        await using var world = new ActorWorld(options => options with { Supervisor = SupervisorStrategy.OneForOne with { Decide = _ => directive } });

        ActorRef actor = world.Spawn("stillborn", Props.Create(() => throw new InvalidOperationException("no parts")));
        world.Tell(actor, "hello");

        world.System.Find("stillborn").Should().BeNull();
        world.DeadLetters.Should().ContainSingle();
    }

    [Fact]
    public async Task Started_Fails_IsRestartedLikeAnyFailure()
    {
        var log = new List<string>();
        int left = 2;
        await using var world = new ActorWorld();
        ActorRef actor = world.Spawn("actor", RecordingActor.Props(log, _ =>
        {
            if (left-- > 0)
            {
                throw new InvalidOperationException("not yet");
            }
        }));
        actor.Tell("hello");

        world.Advance(TimeSpan.FromSeconds(2));

        log.Should().Equal("started 1", "restarting 1: not yet", "started 2", "restarting 2: not yet", "started 3", "received hello");
    }

    [Fact]
    public async Task Logger_Throws_EndsTheSystemWithTheReasonInsteadOfHanging()
    {
        var clock = new ManualTimeProvider();
        var system = new ActorSystem(new ActorSystemOptions { Time = clock, LoggerFactory = new FullDiskLogs() });

        system.Spawn(RecordingActor.Props([]), "actor").Tell(new InvalidOperationException("oh"));
        Task ended = system.WhenTerminated;
        await Eventually.WhileAdvancing(clock, TimeSpan.FromSeconds(1), ended);

        (await ended.Invoking(task => task).Should().ThrowAsync<IOException>()).WithMessage("the disk is full");
    }

    [Fact]
    public async Task Subscriber_Throws_HarmsNobodyElse()
    {
        await using var family = new Family();
        using IDisposable subscription = family.World.System.Events.Subscribe<ActorFailed>(_ => throw new InvalidOperationException("a bad subscriber"));

        family.Fail("a");
        family.World.Advance(TimeSpan.FromSeconds(1));

        family.Logs["a"].Should().EndWith("started 2");
    }

    private sealed class FullDiskLogs : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("the disk is full");
    }
}
