namespace FedActors.Simulation.Kernel;

/// <summary>Everything that will happen, in virtual time: what is due now first, in the order in which it was asked for, then the earliest of the rest.</summary>
/// <remarks>
/// One thread takes events out and runs them, and nothing else runs. So equal inputs give equal runs. Others may put events in where
/// somebody is told of that, which is how the network is used by nodes in real time; the order is then that of their calls. Elsewhere
/// an event from another thread than the one that runs them is refused: runs would differ, and nobody would know why.
/// </remarks>
public sealed class EventQueue
{
    // Null where one thread does everything.
    private readonly Lock? _sync;
    private readonly Queue<Work> _ready = new();
    private readonly DueHeap<Work> _later = new();
    private readonly Action? _added;
    private long _now;

    // The thread that holds the queue; 0 if there is none.
    private int _thread;
    private volatile InvalidOperationException? _trespass;

    /// <summary>Creates an empty queue at time 0.</summary>
    /// <param name="added">Told of each event, on the thread that puts it in; null where one thread puts all in.</param>
    public EventQueue(Action? added = null)
    {
        _added = added;
        _sync = added is null ? null : new Lock();
    }

    /// <summary>The time since the beginning. It passes only from event to event.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(Volatile.Read(ref _now));

    /// <summary>Events that were run.</summary>
    public long Steps { get; private set; }

    internal long NowTicks => Volatile.Read(ref _now);

    /// <summary>Has something done after a time, by nobody in particular.</summary>
    public void Schedule(TimeSpan after, Action action) => ScheduleAt(null, NowTicks + after.Ticks, action, null);

    /// <summary>Keeps all other threads out until <see cref="LetGo"/>, while events run and between them.</summary>
    public void Hold() => _thread = Environment.CurrentManagedThreadId;

    /// <summary>Other threads may put events in from now on, and run them.</summary>
    public void LetGo() => _thread = 0;

    /// <summary>Runs the next event.</summary>
    /// <returns>False if there is none.</returns>
    /// <exception cref="InvalidOperationException">Another thread has put an event in.</exception>
    public bool Step()
    {
        ThrowIfElsewhere();
        if (_trespass is { } trespass)
        {
            throw trespass;
        }

        if (!TryTake(out Work work))
        {
            return false;
        }

        Steps++;
        Run(work);
        return true;
    }

    /// <summary>A lock for what belongs to the simulation; null where one thread does everything.</summary>
    internal Lock? NewLock() => _sync is null ? null : new Lock();

    /// <summary>Has work done as soon as everything is done that is due already.</summary>
    internal void Post(SimulatedProcess? process, object action, object? state)
    {
        ThrowIfElsewhere();
        using (_sync.EnterIfAny())
        {
            _ready.Enqueue(new Work(process, action, state));
        }

        _added?.Invoke();
    }

    internal void ScheduleAt(SimulatedProcess? process, long ticks, object action, object? state)
    {
        ThrowIfElsewhere();
        using (_sync.EnterIfAny())
        {
            _later.Add(Math.Max(ticks, _now), new Work(process, action, state));
        }

        _added?.Invoke();
    }

    private bool TryTake(out Work work)
    {
        using (_sync.EnterIfAny())
        {
            if (_ready.TryDequeue(out work))
            {
                return true;
            }

            if (!_later.TryTake(out work, out long due))
            {
                return false;
            }

            _now = Math.Max(_now, due);
            return true;
        }
    }

    private void Run(in Work work)
    {
        if (work.Process is { } process)
        {
            if (!process.IsAlive)
            {
                return;
            }

            if (process.Host.IsHeldUp)
            {
                // Its one processor is held up; what is due waits in the order in which it came.
                ScheduleAt(process, process.Host.BusyUntil, work.Action, work.State);
                return;
            }

            SynchronizationContext.SetSynchronizationContext(process.Context);
        }
        else
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        switch (work.Action)
        {
            case SendOrPostCallback callback:
                callback(work.State);
                break;
            case Action action:
                action();
                break;
            default:
                ((IThreadPoolWorkItem)work.Action).Execute();
                break;
        }
    }

    private void ThrowIfElsewhere()
    {
        if (_sync is null && _thread != 0 && _thread != Environment.CurrentManagedThreadId)
        {
            // Whoever put it in may be a task that nobody looks at.
            throw _trespass = new InvalidOperationException(
                $"Thread {Environment.CurrentManagedThreadId} has put an event into a queue whose events thread {_thread} runs: no two such runs are alike. Something has left the simulation, as a task that was given to the thread pool does.");
        }
    }

    private readonly record struct Work(SimulatedProcess? Process, object Action, object? State);
}
