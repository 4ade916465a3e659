using FedActors.Actors;
using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Scheduling;

/// <summary>Actors that scheduled themselves and each other on their own thread's queue alone kept sockets and timers waiting for seconds.</summary>
public sealed class ActorSchedulerTests : IAsyncLifetime
{
    private readonly CountingScheduler _scheduler = new();
    private readonly ActorSystem _system;
    private readonly ActorRef _actor;
    private int _handled;

    public ActorSchedulerTests()
    {
        _system = new ActorSystem(new ActorSystemOptions { Scheduler = _scheduler });
        _actor = _system.Spawn(
            Props.FromBehaviour((_, _) =>
            {
                _handled++;
                return ValueTask.CompletedTask;
            }),
            "actor");
        _scheduler.Run();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Task stopping = _system.StopAsync();
        _scheduler.Run();
        await stopping.Limit();
    }

    [Fact]
    public void Busy_AtTheEndOfEachTurn_Yields()
    {
        const int Turns = 3;
        for (int i = 0; i < Turns * _scheduler.Throughput; i++)
        {
            _actor.Tell(i);
        }

        _scheduler.Run();

        _handled.Should().Be(Turns * _scheduler.Throughput);
        _scheduler.Yields.Should().Be(Turns);
    }

    [Fact]
    public void Woken_AgainAndAgain_YieldsNowAndThen()
    {
        for (int i = 0; i < 1000; i++)
        {
            _actor.Tell(i);
            _scheduler.Run();
        }

        _handled.Should().Be(1000);
        _scheduler.Yields.Should().BeInRange(10, 100);
    }

    private sealed class CountingScheduler : ActorScheduler
    {
        private readonly Queue<IThreadPoolWorkItem> _due = new();

        public int Yields { get; private set; }

        public override void Schedule(IThreadPoolWorkItem work) => _due.Enqueue(work);

        public override void Yield(IThreadPoolWorkItem work)
        {
            Yields++;
            _due.Enqueue(work);
        }

        public void Run()
        {
            while (_due.TryDequeue(out IThreadPoolWorkItem? work))
            {
                work.Execute();
            }
        }
    }
}
