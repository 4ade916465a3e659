using System.Collections.Concurrent;
using FedActors.Actors;

namespace FedActors.Tests.TestKit;

/// <summary>A node in virtual time on the thread of the test: nothing happens until the test says so, and then everything does.</summary>
public sealed class ActorWorld : IAsyncDisposable
{
    private readonly ConcurrentQueue<object> _events = new();
    private readonly IDisposable _subscription;

    public ActorWorld(Func<ActorSystemOptions, ActorSystemOptions>? configure = null)
    {
        var options = new ActorSystemOptions { Node = "world", Time = Clock, Scheduler = Scheduler };
        System = new ActorSystem(configure is null ? options : configure(options));
        _subscription = System.Events.Subscribe<object>(_events.Enqueue);
        Run();
    }

    public ManualTimeProvider Clock { get; } = new();

    public ManualScheduler Scheduler { get; } = new();

    public ActorSystem System { get; }

    /// <summary>All that happened, in order.</summary>
    public IEnumerable<object> Events => _events;

    public IEnumerable<DeadLetter> DeadLetters => Events.OfType<DeadLetter>();

    /// <summary>Spawns a top actor and lets it start.</summary>
    public ActorRef Spawn(string name, Behaviour behaviour) => Spawn(name, Props.FromBehaviour(behaviour));

    /// <summary>Spawns a top actor and lets it start.</summary>
    public ActorRef Spawn(string name, Props props)
    {
        ActorRef actor = System.Spawn(props, name);
        Run();
        return actor;
    }

    /// <summary>Tells and lets the consequences happen.</summary>
    public void Tell(ActorRef target, object message, ActorRef? sender = null)
    {
        target.Tell(message, sender);
        Run();
    }

    /// <summary>Has an actor do something on its own turn.</summary>
    public void Do(ActorRef target, Action<ActorContext> work) => Tell(target, new Work(work));

    /// <summary>Stops an actor and lets it end.</summary>
    public void Stop(ActorRef actor)
    {
        System.Stop(actor);
        Run();
    }

    /// <summary>Lets everything happen that needs no time.</summary>
    public void Run() => Scheduler.RunUntilIdle();

    /// <summary>Lets everything happen until a task ends that needs other threads too.</summary>
    public async Task RunUntil(Task task)
    {
        await Eventually.True(() =>
        {
            Run();
            return task.IsCompleted;
        });
        await task;
    }

    /// <summary>Lets time pass, from timer to timer, with everything that each brings about.</summary>
    public void Advance(TimeSpan by)
    {
        Run();
        DateTimeOffset end = Clock.SteadyNow + by;
        while (Clock.NextDue is { } due && due <= end)
        {
            Clock.Advance(due > Clock.SteadyNow ? due - Clock.SteadyNow : TimeSpan.Zero);
            Run();
        }

        Clock.Advance(end - Clock.SteadyNow);
    }

    public async ValueTask DisposeAsync()
    {
        await RunUntil(System.StopAsync());
        _subscription.Dispose();
    }

    /// <summary>Something to do on the turn of an actor that understands it.</summary>
    public sealed record Work(Action<ActorContext> Do);
}
