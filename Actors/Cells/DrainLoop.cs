namespace FedActors.Actors.Cells;

/// <summary>The right to run an actor. One loop owns a cell at any time; it passes to a new one only when the old hangs in a handler.</summary>
internal sealed class DrainLoop(ActorCell cell) : IThreadPoolWorkItem
{
    // A thread prefers what it has itself scheduled. Actors that wake each other would keep it to themselves for ever without a yield.
    private const int WakesBeforeYield = 64;

    private int _scheduled;
    private int _wakes;

    /// <summary>
    /// Whether user code is running. Written without a fence for each message; <see cref="ActorCell.TakeOverIfHung"/> pays for the
    /// ordering with a process-wide barrier, because hanging is rare and messages are not.
    /// </summary>
    public volatile bool InHandler;

    /// <summary>Somebody suspects that this loop hangs. After each handler the loop checks whether the cell is still its own.</summary>
    public volatile bool Doubted;

    /// <summary>The cell belongs to another loop; this one must not touch it again. Guarded by the cell's lock.</summary>
    public bool HandedOver;

    /// <summary>Has the loop run if it is idle. The exchange is a full fence, so that what was enqueued before is seen by whoever runs.</summary>
    public void Wake()
    {
        if (Interlocked.CompareExchange(ref _scheduled, 1, 0) != 0)
        {
            return;
        }

        // Only who has set the mark counts, so it takes no interlocked operation of its own.
        if (++_wakes % WakesBeforeYield == 0)
        {
            Yield();
        }
        else
        {
            cell.Scheduler.Schedule(this);
        }
    }

    /// <summary>Gives others a turn and comes back.</summary>
    public void Yield() => cell.Scheduler.Yield(this);

    /// <summary>Becomes idle. The caller looks for work once more afterwards, since a writer may have seen the loop running just before.</summary>
    public void Rest() => Interlocked.Exchange(ref _scheduled, 0);

    /// <summary>The task is not kept: the cell's end is what others wait for.</summary>
    public void Execute()
    {
        Task run = cell.RunAsync(this);
        if (!run.IsCompletedSuccessfully)
        {
            _ = WatchAsync(run);
        }
    }

    /// <summary>What an actor throws is caught where it is called. What arrives here broke the runtime itself, by a log that throws for instance.</summary>
    private async Task WatchAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (Exception e)
        {
            // The cell is in no known state, and nobody will run it again: the node ends and says why, rather than wait for ever.
            cell.System.OnRootFailed(e);
        }
    }
}
