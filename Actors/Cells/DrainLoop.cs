using FedActors.Actors.Scheduling;

namespace FedActors.Actors.Cells;

/// <summary>The right to run an actor. One loop owns a cell at any time; it passes to a new one only when the old hangs in the actor's code.</summary>
internal sealed class DrainLoop(ActorCell cell) : ITurn
{
    // A thread prefers what it has itself scheduled. Actors that wake each other would keep it to themselves for ever without a yield.
    private const int WakesBeforeYield = 64;

    private volatile int _scheduled;
    private int _wakes;
    private int _setAside;

    /// <summary>Messages that it may still handle in this turn.</summary>
    public int Left;

    /// <summary>
    /// Whether the actor's own code is running: a handler, a hook, its factory. Only then can the cell be taken from the loop, so
    /// between two stays there nothing of the cell changes under its hands. Written without a fence for each message;
    /// <see cref="ActorCell.TakeOverIfHung"/> pays for the ordering with a process-wide barrier, because hanging is rare and messages
    /// are not.
    /// </summary>
    public volatile bool InActor;

    /// <summary>Somebody suspects that this loop hangs. After each stay in the actor's code it checks whether the cell is still its own.</summary>
    public volatile bool Doubted;

    /// <summary>The cell belongs to another loop; this one must not touch it again. Guarded by the cell's lock.</summary>
    public bool HandedOver;

    /// <summary>Has the loop run if it is idle. The caller has passed a full fence since it enqueued, so that either this or the loop's last look sees the other.</summary>
    public void Wake()
    {
        if (_scheduled != 0 || Interlocked.CompareExchange(ref _scheduled, 1, 0) != 0)
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

    /// <summary>As <see cref="Wake"/>, by somebody who is about to wait for the actor.</summary>
    public void WakeAwaited()
    {
        if (_scheduled == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
        {
            cell.Scheduler.ScheduleAwaited(this);
        }
    }

    /// <summary>Begins a turn.</summary>
    public void Begin(int messages)
    {
        Left = messages;
        _setAside = 0;
    }

    /// <summary>Pauses after the present message: somebody waits behind this turn. Called on the loop's own thread, so that no message costs a look for it.</summary>
    public void LookUp()
    {
        if (Left > 0)
        {
            _setAside = Left;
            Left = 0;
        }
    }

    /// <summary>Goes on after a pause.</summary>
    /// <returns>False if the turn is over.</returns>
    public bool GoOn()
    {
        Left = _setAside;
        _setAside = 0;
        return Left > 0;
    }

    /// <summary>Gives others a turn and comes back.</summary>
    public void Yield() => cell.Scheduler.Yield(this);

    /// <summary>Becomes idle. The caller looks for work once more afterwards, since a writer may have seen the loop running just before.</summary>
    public void Rest() => Interlocked.Exchange(ref _scheduled, 0);

    /// <inheritdoc/>
    public void Run(ThreadTurns? turns) => cell.Run(this, turns);

    /// <inheritdoc/>
    public void Execute() => cell.Scheduler.Run(this);
}
