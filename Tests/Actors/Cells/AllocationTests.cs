using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Actors.Scheduling;

namespace FedActors.Tests.Actors.Cells;

/// <summary>On one thread, so that what is measured is what the messages cost and nothing else.</summary>
public sealed class AllocationTests
{
    private const int Balls = 100;
    private static readonly object Ball = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Tell_SteadyTrafficWithMiddleware_AllocatesNothing(int middleware)
    {
        var scheduler = new QueueScheduler();
        await using var system = new ActorSystem(new ActorSystemOptions
        {
            Scheduler = scheduler,
            ReceiveMiddleware = [.. Enumerable.Repeat<ReceiveMiddleware>(next => (context, envelope) => next(context, envelope), middleware)],
        });
        ActorRef wall = system.Spawn(Props.Create(() => new Wall()), "wall");
        var player = new Player(wall);
        ActorRef players = system.Spawn(Props.Create(() => player), "player");
        Play(scheduler, players, player, returns: 10_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Play(scheduler, players, player, returns: 100_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        player.Returned.Should().Be(110_000);
        allocated.Should().Be(0);
        Task stopping = system.StopAsync();
        scheduler.Run();
        await stopping;
    }

    private static void Play(QueueScheduler scheduler, ActorRef players, Player player, int returns)
    {
        player.Left = returns;
        for (int i = 0; i < Balls; i++)
        {
            players.Tell(Ball);
        }

        scheduler.Run();
    }

    private sealed class Wall : Actor
    {
        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            context.Sender!.Tell(message, context.Self);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Player(ActorRef wall) : Actor
    {
        public int Left { get; set; }

        public int Returned { get; private set; }

        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            Returned += context.Sender is null ? 0 : 1;
            if (Left > 0)
            {
                Left--;
                wall.Tell(message, context.Self);
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Runs actors when it is told to, in order.</summary>
    private sealed class QueueScheduler : ActorScheduler
    {
        private readonly Queue<IThreadPoolWorkItem> _due = new();

        public override void Schedule(IThreadPoolWorkItem work) => _due.Enqueue(work);

        public void Run()
        {
            while (_due.TryDequeue(out IThreadPoolWorkItem? work))
            {
                work.Execute();
            }
        }
    }
}
