using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

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

    /// <summary>As on the pool: the promise, which is the sender and holds who was asked, and the task that the asker awaits. The envelope, the deadline and the hops cost nothing.</summary>
    [Fact]
    public async Task Ask_OneAfterTheOther_AllocatesThePromiseAndItsTask()
    {
        const int Questions = 10_000;
        var scheduler = new TurningScheduler();
        var system = new ActorSystem(new ActorSystemOptions { Scheduler = scheduler });
        ActorRef wall = system.Spawn(Props.Create(() => new Wall()), "wall");
        long allocated = 0;
        int answered = 0;
        ActorRef asker = system.Spawn(
            Props.FromBehaviour(async (_, _) =>
            {
                await AskAsync(100);
                long before = GC.GetAllocatedBytesForCurrentThread();
                await AskAsync(Questions);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }),
            "asker");

        asker.Tell(Ball);
        scheduler.Run();

        answered.Should().Be(100 + Questions);
        (allocated / (double)Questions).Should().BeInRange(1, 180);
        Task stopping = system.StopAsync();
        scheduler.Run();
        await stopping.Limit();

        async Task AskAsync(int questions)
        {
            for (int i = 0; i < questions; i++)
            {
                answered += ReferenceEquals(await wall.AskAsync<object>(Ball, TimeSpan.FromMinutes(1)), Ball) ? 1 : 0;
            }
        }
    }

    /// <summary>What an idle actor keeps is no more than all that was allocated for it: its cell, mailbox, instance, names and places in tables.</summary>
    [Fact]
    public async Task Spawn_ManyIdleActors_AllocatesLessThanTwoKilobytesEach()
    {
        const int Actors = 20_000;
        var scheduler = new QueueScheduler();
        await using var system = new ActorSystem(new ActorSystemOptions { Scheduler = scheduler });
        scheduler.Run();
        int started = 0;
        var props = Props.Create(() =>
        {
            started++;
            return new Wall();
        });

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Actors; i++)
        {
            system.Spawn(props, $"idle-{i}");
        }

        scheduler.Run();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        started.Should().Be(Actors);
        (allocated / (double)Actors).Should().BeInRange(100, 2048);
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
