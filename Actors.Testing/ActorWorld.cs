using System.Collections.Concurrent;

namespace FedActors.Actors.Testing;

/// <summary>A node in virtual time on the thread of the test: nothing happens until the test says so, and then everything does.</summary>
public sealed class ActorWorld : IAsyncDisposable
{
    /// <summary>A wait for other threads that ends only because something is broken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<object> _events = new();
    private readonly IDisposable _subscription;

    /// <summary>Makes the node and lets it start.</summary>
    /// <param name="configure">Changes what the node is made of, or null. Where it replaces the clock, <see cref="Advance"/> moves nothing of the node; where the scheduler, <see cref="Run"/> does not.</param>
    public ActorWorld(Func<ActorSystemOptions, ActorSystemOptions>? configure = null)
    {
        var options = new ActorSystemOptions { Node = "world", Time = Clock, Scheduler = Scheduler };
        System = new ActorSystem(configure is null ? options : configure(options));
        _subscription = System.Events.Subscribe<object>(_events.Enqueue);
        Run();
    }

    /// <summary>The node's clock.</summary>
    public ManualTimeProvider Clock { get; } = new();

    /// <summary>Where the node's actors run.</summary>
    public ManualScheduler Scheduler { get; } = new();

    /// <summary>The node.</summary>
    public ActorSystem System { get; }

    /// <summary>All that happened, in order.</summary>
    public IEnumerable<object> Events => _events;

    /// <summary>Messages that reached nobody, in order.</summary>
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
        ArgumentNullException.ThrowIfNull(target);
        target.Tell(message, sender);
        Run();
    }

    /// <summary>Asks and lets the consequences happen.</summary>
    /// <returns>The answer, or the question's failure.</returns>
    /// <exception cref="InvalidOperationException">There is neither yet: the actor waits for time to pass, or says nothing to this question.</exception>
    public Task<T> AskAsync<T>(ActorRef target, object question)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(question);
        Task<T> answer = target.AskAsync<T>(question, ActorRef.LongestQuestion);
        Run();
        return answer.IsCompleted
            ? answer
            : throw new InvalidOperationException(
                $"{target} has not answered {question.GetType().Name}. If it needs time, ask with {nameof(ActorRef)}.{nameof(ActorRef.AskAsync)}, {nameof(Advance)}, and await the answer then.");
    }

    /// <summary>Stops an actor and lets it end.</summary>
    public void Stop(ActorRef actor)
    {
        System.Stop(actor);
        Run();
    }

    /// <summary>Lets everything happen that needs no time.</summary>
    public void Run() => Scheduler.RunUntilIdle();

    /// <summary>Lets everything happen until a task ends that needs other threads too. It looks again and again, so it is for what ends soon.</summary>
    /// <exception cref="TimeoutException">It did not within a minute.</exception>
    public async Task RunUntil(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        long started = TimeProvider.System.GetTimestamp();
        Run();
        while (!task.IsCompleted && TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            await Task.Yield();
            Run();
        }

        await task.WaitAsync(TimeSpan.Zero, TimeProvider.System);
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunUntil(System.StopAsync());
        _subscription.Dispose();
    }
}
