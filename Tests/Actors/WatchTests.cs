using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

public sealed class WatchTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();
    private readonly List<string> _log = [];

    private ActorRef Watcher { get; set; } = null!;

    private ActorRef Watched { get; set; } = null!;

    public Task InitializeAsync()
    {
        Watcher = _world.Spawn("watcher", RecordingActor.Props(_log));
        Watched = _world.Spawn("watched", RecordingActor.Props([]));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public void Watch_ActorStops_TellsOnceHoweverOftenWatched()
    {
        _world.Do(Watcher, context => context.Watch(Watched));
        _world.Do(Watcher, context => context.Watch(Watched));

        _world.Stop(Watched);

        _log.Should().Equal("started 1", "received the end of watched: Stopped");
    }

    [Fact]
    public void Watch_ActorEndedLongAgo_TellsAtOnce()
    {
        _world.Stop(Watched);

        _world.Do(Watcher, context => context.Watch(Watched));

        _log.Should().ContainMatch("received the end of watched: *");
    }

    [Fact]
    public void Watch_ActorIsRestarted_TellsNothing()
    {
        _world.Do(Watcher, context => context.Watch(Watched));

        _world.Tell(Watched, new InvalidOperationException("once"));
        _world.Advance(TimeSpan.FromSeconds(1));
        _log.Should().Equal("started 1");
        _world.Stop(Watched);

        _log.Should().Equal("started 1", "received the end of watched: Stopped");
    }

    [Fact]
    public void Unwatch_ActorStops_TellsNothing()
    {
        _world.Do(Watcher, context => context.Watch(Watched));
        _world.Do(Watcher, context => context.Unwatch(Watched));

        _world.Stop(Watched);

        _log.Should().Equal("started 1");
    }

    [Fact]
    public void Unwatch_NoticeOnItsWay_TellsNothing()
    {
        _world.Do(Watcher, context => context.Watch(Watched));

        _world.Do(Watcher, context =>
        {
            _world.System.Stop(Watched);
            _world.Scheduler.RunUntilIdle();
            context.Unwatch(Watched);
        });

        _world.System.Find("watched").Should().BeNull();
        _log.Should().Equal("started 1");
    }

    [Fact]
    public void Watch_WatcherRestarts_ForgetsWhomItWatched()
    {
        _world.Do(Watcher, context => context.Watch(Watched));
        _world.Tell(Watcher, new InvalidOperationException("once"));
        _world.Advance(TimeSpan.FromSeconds(1));

        _world.Stop(Watched);

        _log.Should().Equal("started 1", "restarting 1: once", "started 2");
    }

    [Fact]
    public void Watch_WatcherStopped_MakesNoDeadLetter()
    {
        _world.Do(Watcher, context => context.Watch(Watched));
        _world.Stop(Watcher);

        _world.Stop(Watched);

        _world.DeadLetters.Should().BeEmpty();
    }

    [Fact]
    public void Watch_EachOther_BothEnd()
    {
        _world.Do(Watcher, context => context.Watch(Watched));
        _world.Do(Watched, context => context.Watch(Watcher));

        _world.Stop(Watched);
        _world.Stop(Watcher);

        _world.System.Find("watcher").Should().BeNull();
        _log.Should().Equal("started 1", "received the end of watched: Stopped", "stopped 1");
    }

    [Fact]
    public void Terminated_FullMailbox_ArrivesAllTheSame()
    {
        _world.Do(Watcher, context => context.Watch(Watched));
        for (int i = 0; i < 2000; i++)
        {
            Watcher.TryTell("more");
        }

        _world.Stop(Watched);

        _log.Should().Contain("received the end of watched: Stopped").And.HaveCount(1002);
    }
}
