using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

public sealed class ChildrenTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();
    private readonly List<string> _log = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public void Spawn_Child_IsFoundUnderItsParent()
    {
        ActorRef? parentSeenByChild = null;
        IReadOnlyList<ActorRef> children = [];
        ActorRef parent = _world.Spawn("parent", RecordingActor.Props([]));

        _world.Do(parent, context => context.Spawn(RecordingActor.Props([], child => parentSeenByChild = child.Parent), "child"));
        _world.Do(parent, context => children = context.Children);

        ActorRef child = _world.System.Find("parent/child")!;
        child.Path.ToString().Should().StartWith("world/parent/child#");
        children.Should().Equal(child);
        parentSeenByChild.Should().Be(parent);
    }

    [Fact]
    public void Spawn_NameTaken_IsRefusedAndTheFirstLives()
    {
        ActorRef first = _world.Spawn("name", RecordingActor.Props(_log));

        _world.Invoking(world => world.Spawn("name", RecordingActor.Props([]))).Should().Throw<InvalidOperationException>().WithMessage("*'name'*");

        _world.Tell(first, "still there");
        _log.Should().Equal("started 1", "received still there");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    public void Spawn_NameNotAllowed_IsTheCallersMistake(string name) =>
        _world.Invoking(world => world.Spawn(name, RecordingActor.Props([]))).Should().Throw<ArgumentException>();

    [Fact]
    public void Spawn_PathTooLong_IsTheCallersMistake()
    {
        string name = new('n', ActorPath.MaxNameLength);
        ActorRef deepest = _world.Spawn(name, RecordingActor.Props([]));
        Exception? refused = null;
        for (int depth = 1; depth < 10 && refused is null; depth++)
        {
            _world.Do(deepest, context =>
            {
                try
                {
                    deepest = context.Spawn(RecordingActor.Props([]), name);
                }
                catch (ArgumentException e)
                {
                    refused = e;
                }
            });
        }

        refused.Should().NotBeNull();
    }

    [Fact]
    public void Stop_Parent_EndsChildrenFirst()
    {
        ActorRef parent = _world.Spawn("parent", Nested("parent", Nested("child", Nested("grandchild"))));

        _world.Stop(parent);

        _log.Should().Equal("grandchild stopped", "child stopped", "parent stopped");
        _world.System.Find("parent/child/grandchild").Should().BeNull();
    }

    [Fact]
    public void Restart_Parent_EndsChildrenFirstAndSpawnsThemAnew()
    {
        ActorRef parent = _world.Spawn("parent", RecordingActor.Props(_log, context => context.Spawn(RecordingActor.Props([]), "child")));
        ActorRef child = _world.System.Find("parent/child")!;

        _world.Tell(parent, new InvalidOperationException("oh"));
        _world.Advance(TimeSpan.FromSeconds(1));

        _log.Should().Equal("started 1", "restarting 1: oh", "started 2");
        _world.System.Find("parent/child").Should().NotBeNull().And.NotBe(child);
    }

    [Fact]
    public void Spawn_FromAStoppingActor_IsRefused()
    {
        Exception? refused = null;
        var actor = new StopHookActor(context =>
        {
            try
            {
                context.Spawn(RecordingActor.Props([]), "late");
            }
            catch (InvalidOperationException e)
            {
                refused = e;
            }
        });

        _world.Stop(_world.Spawn("actor", Props.Create(() => actor)));

        refused.Should().NotBeNull();
        _world.System.Find("actor").Should().BeNull();
    }

    [Fact]
    public async Task StopAsync_System_EndsEveryActorOnceAndSpawnsNoMore()
    {
        _world.Spawn("a", Nested("a", Nested("b")));
        _world.Spawn("c", Nested("c"));

        await _world.DisposeAsync();

        _log.Should().BeEquivalentTo("b stopped", "a stopped", "c stopped");
        _world.System.WhenTerminated.IsCompletedSuccessfully.Should().BeTrue();
        _world.Invoking(world => world.Spawn("d", Nested("d"))).Should().Throw<InvalidOperationException>().WithMessage("world is stopping; it cannot spawn 'd'.");
    }

    [Fact]
    public async Task Spawn_AfterTheEndWasAwaited_FindsTheNameFree()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        for (int i = 0; i < 2000; i++)
        {
            ActorRef actor = system.Spawn(RecordingActor.Props([]), "again");
            await system.StopAndWaitAsync(actor).WaitAsync(Eventually.Limit, TimeProvider.System);
        }
    }

    [Fact]
    public async Task Spawn_OnTerminated_FindsTheNameFree()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        var done = new TaskCompletionSource();
        int left = 2000;
        ActorRef watcher = system.Spawn(
            Props.FromBehaviour((context, _) =>
            {
                if (left-- == 0)
                {
                    done.SetResult();
                    return ValueTask.CompletedTask;
                }

                ActorRef next = system.Spawn(RecordingActor.Props([]), "again");
                context.Watch(next);
                system.Stop(next);
                return ValueTask.CompletedTask;
            }),
            "watcher");
        using IDisposable subscription = system.Events.Subscribe<FedActors.Actors.Supervision.ActorFailed>(failed => done.TrySetException(failed.Failure));

        watcher.Tell("begin");

        await done.Task.WaitAsync(Eventually.Limit, TimeProvider.System);
    }

    private Props Nested(string name, Props? child = null) => Props.Create(() => new StopHookActor(
        _ => _log.Add($"{name} stopped"),
        context =>
        {
            if (child is not null)
            {
                context.Spawn(child, "child" == name ? "grandchild" : "child");
            }
        }));

    private sealed class StopHookActor(Action<ActorContext> stopped, Action<ActorContext>? started = null) : Actor
    {
        protected internal override ValueTask OnStartedAsync(ActorContext context)
        {
            started?.Invoke(context);
            return ValueTask.CompletedTask;
        }

        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message) => ValueTask.CompletedTask;

        protected internal override ValueTask OnStoppedAsync(ActorContext context)
        {
            stopped(context);
            return ValueTask.CompletedTask;
        }
    }
}
