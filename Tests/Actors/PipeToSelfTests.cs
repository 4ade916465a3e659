using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

public sealed class PipeToSelfTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();
    private readonly List<string> _log = [];

    private ActorRef Actor { get; set; } = null!;

    public Task InitializeAsync()
    {
        Actor = _world.Spawn("actor", RecordingActor.Props(_log));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public void PipeToSelf_WorkGoesOn_LeavesTheActorFree()
    {
        var work = new TaskCompletionSource<int>();
        _world.Do(Actor, context => context.PipeToSelf(work.Task, n => $"result {n}", e => e.Message));

        _world.Tell(Actor, "in between");
        work.SetResult(5);
        _world.Run();

        _log.Should().Equal("started 1", "received in between", "received result 5");
    }

    [Fact]
    public void PipeToSelf_WorkFails_BringsTheFailureBackAsAMessage()
    {
        var work = new TaskCompletionSource<int>();
        _world.Do(Actor, context => context.PipeToSelf(work.Task, n => $"result {n}", e => $"failure {e.Message}"));

        work.SetException(new InvalidOperationException("oh"));
        _world.Run();

        _log.Should().Equal("started 1", "received failure oh");
    }

    [Fact]
    public void PipeToSelf_ActorStops_CancelsTheWorkAndDropsItsOutcome()
    {
        var work = new TaskCompletionSource<int>();
        bool cancelled = false;
        _world.Do(Actor, context =>
        {
            context.Stopping.Register(() => cancelled = true);
            context.PipeToSelf(work.Task, n => $"result {n}", e => e.Message);
        });

        _world.Stop(Actor);
        work.SetResult(5);
        _world.Run();

        cancelled.Should().BeTrue();
        _log.Should().Equal("started 1", "stopped 1");
    }

    [Fact]
    public void PipeToSelf_RestartedMeanwhile_KeepsTheOutcomeFromTheNextInstance()
    {
        var work = new TaskCompletionSource<int>();
        _world.Do(Actor, context => context.PipeToSelf(work.Task, n => $"result {n}", e => e.Message));
        _world.Tell(Actor, new InvalidOperationException("oh"));
        _world.Advance(TimeSpan.FromSeconds(1));

        work.SetResult(5);
        _world.Run();

        _log.Should().Equal("started 1", "restarting 1: oh", "started 2");
    }

    [Fact]
    public void PipeToSelf_OutcomeQueuedBeforeTheRestart_KeepsItFromTheNextInstance()
    {
        _world.Do(Actor, context =>
        {
            context.PipeToSelf(Task.FromResult(5), n => $"result {n}", e => e.Message);
            throw new InvalidOperationException("oh");
        });
        _world.Advance(TimeSpan.FromSeconds(1));

        _log.Should().Equal("started 1", "restarting 1: oh", "started 2");
    }

    [Fact]
    public void PipeToSelf_FunctionGivesNoMessage_FailsTheActor()
    {
        _world.Do(Actor, context => context.PipeToSelf(Task.FromResult(5), _ => null!, e => e.Message));

        _world.Events.OfType<ActorFailed>().Should().ContainSingle().Which.Failure.Should().BeOfType<InvalidOperationException>();
    }
}
