using FedActors.Actors.Scheduling;

namespace FedActors.Actors.Testing;

/// <summary>Runs actors on the thread of the test, when the test says so, always in the order in which they were scheduled.</summary>
public sealed class ManualScheduler : ActorScheduler
{
    /// <summary>More turns than any test needs; actors that never come to rest are a bug to be shown, not waited for.</summary>
    private const int MaxTurns = 10_000_000;

    private readonly Lock _sync = new();
    private readonly Queue<Action> _due = new();
    private readonly Context _context;

    /// <summary>Makes a scheduler on which nothing is due.</summary>
    public ManualScheduler() => _context = new Context(this);

    /// <inheritdoc/>
    public override void Schedule(IThreadPoolWorkItem work) => Enqueue(work.Execute);

    /// <summary>Runs until no actor has anything to do.</summary>
    /// <exception cref="InvalidOperationException">They do not come to rest.</exception>
    public void RunUntilIdle()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            for (int turns = 0; TakeDue() is { } work; turns++)
            {
                if (turns == MaxTurns)
                {
                    throw new InvalidOperationException($"The actors did not come to rest within {MaxTurns} turns.");
                }

                work();
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private void Enqueue(Action work)
    {
        lock (_sync)
        {
            _due.Enqueue(work);
        }
    }

    private Action? TakeDue()
    {
        lock (_sync)
        {
            return _due.TryDequeue(out Action? work) ? work : null;
        }
    }

    /// <summary>Brings what follows an await inside a handler back to the same queue.</summary>
    private sealed class Context(ManualScheduler scheduler) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => scheduler.Enqueue(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing may block on the test's thread.");

        public override SynchronizationContext CreateCopy() => this;
    }
}
