namespace FedActors.Actors.Scheduling;

/// <summary>Runs actors on the thread pool.</summary>
public sealed class ThreadPoolScheduler : ActorScheduler
{
    private readonly TurnWatch _watch = new(TimeProvider.System);
    private readonly Lock _sync = new();

    // By the number of their thread, of which there are few, since a thread that ends leaves its own to another. Replaced when it must grow.
    private volatile ThreadTurns?[] _turns = [];

    // Whether any thread has ever had a line: in a process in which none has, nothing looks for it.
    private volatile bool _hasLines;

    private ThreadPoolScheduler()
    {
    }

    /// <summary>The scheduler. There is one, as there is one pool; what it keeps is a place for a turn on each thread.</summary>
    public static ThreadPoolScheduler Instance { get; } = new();

    /// <inheritdoc/>
    /// <remarks>In the thread's own queue, where a message that was just sent is still in its cache.</remarks>
    public override void Schedule(IThreadPoolWorkItem work)
    {
        if (LineHere is not { } line || !line.TryAdd(work))
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// In the queue of all. A thread takes what it put last into its own queue first, so an actor that yields there runs again at once,
    /// and as long as it is busy sockets and timers wait. Measured with two busy actors a core: 1.7 s at the median, 4 ms so.
    /// </remarks>
    public override void Yield(IThreadPoolWorkItem work)
    {
        if (LineHere is not { } line || !line.TryAdd(work))
        {
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
    }

    internal override bool IsPool => true;

    internal override bool OthersWait => ThreadPool.PendingWorkItemCount > 0;

    internal override ThreadTurns? TurnsHere => OfThread() is { IsOpen: true } turns ? turns : null;

    /// <summary>Whether who calls runs in a line, on a thread that others need.</summary>
    internal bool IsInLine => LineHere is not null;

    /// <summary>The line of the thread that calls, if it is within a turn of it.</summary>
    private TurnLine? LineHere => _hasLines && OfThread().Line is { IsRunning: true } line ? line : null;

    internal override void ScheduleAwaited(ITurn turn)
    {
        if (TurnsHere is { } turns)
        {
            turns.Put(turn);
        }
        else
        {
            Schedule(turn);
        }
    }

    /// <summary>Runs a turn behind all that waits for a thread; behind the present one if that is all and it is awaited.</summary>
    internal void ScheduleBehind(ITurn turn, bool isAwaited)
    {
        if (isAwaited && TurnsHere is { } turns && !OthersWait)
        {
            turns.Put(turn);
        }
        else
        {
            Yield(turn);
        }
    }

    internal override void Run(ITurn turn)
    {
        ThreadTurns turns = OfThread();
        if (turns.Line is { IsRunning: true })
        {
            turn.Run(null);
        }
        else
        {
            turns.Run(turn);
        }
    }

    /// <summary>Has what becomes due on the thread that calls, within turns of a line, run in that line. A thread of the pool has none.</summary>
    internal void Enter(TurnLine line)
    {
        OfThread().Line = line;
        _hasLines = true;
    }

    /// <summary>The thread that calls has a line no more: another will bear its number.</summary>
    internal void Leave() => OfThread().Line = null;

    private ThreadTurns OfThread()
    {
        ThreadTurns?[] all = _turns;
        int thread = Environment.CurrentManagedThreadId;
        return (uint)thread < (uint)all.Length && all[thread] is { } turns ? turns : Make(thread);
    }

    private ThreadTurns Make(int thread)
    {
        lock (_sync)
        {
            ThreadTurns?[] all = _turns;
            if (thread >= all.Length)
            {
                Array.Resize(ref all, 2 * (thread + 1));
            }

            ThreadTurns turns = all[thread] ??= new ThreadTurns(this, _watch);
            _turns = all;
            return turns;
        }
    }
}
