namespace FedActors.Actors.Cells;

/// <content>Taking the cell from a loop that hangs in the actor's code.</content>
internal sealed partial class ActorCell
{
    /// <summary>If the loop is stuck in the actor's code, gives the cell to a new loop and leaves the stuck one behind.</summary>
    /// <remarks>
    /// The loop writes <c>InActor = false</c> and then reads <c>Doubted</c>; this writes <c>Doubted</c> and then reads
    /// <c>InActor</c>. With the barrier between, at least one of the two sees the other's write, so the loop never goes on with a
    /// cell that was taken from it.
    /// </remarks>
    public void TakeOverIfHung()
    {
        Activation? abandoned = null;
        bool wasStopping = false;
        lock (_sync)
        {
            DrainLoop loop = _loop;
            loop.Doubted = true;
            Interlocked.MemoryBarrierProcessWide();
            if (loop.InActor)
            {
                loop.HandedOver = true;
                abandoned = _activation;
                abandoned?.MarkReplaced();
                _mailbox.LeaveBatchBehind();

                // A hook may be what hangs. The new loop then begins the restart or the stop again, without the stuck instance's hooks.
                wasStopping = _phase == CellPhase.Stopping;
                _phase = _phase is CellPhase.Restarting or CellPhase.Stopping ? CellPhase.Suspended : _phase;
                Diagnostics.Log.Abandoned(Log, Self.Path);

                // Last: from here on whoever sends wakes the new loop, and what it finds must be its own. It once ran while the phase was
                // still being put back, and was left suspended for ever.
                _loop = new DrainLoop(this);
            }
            else
            {
                loop.Doubted = false;
            }
        }

        if (wasStopping)
        {
            SendSystem(SystemMessage.Stop.Instance);
        }

        if (abandoned is not null)
        {
            // On a turn of its own: it runs callbacks of the stuck handler, which may well be what frees it, or hang like it.
            Scheduler.Schedule(new Cancellation(abandoned));
        }

        _loop.Wake();
    }

    /// <summary>Ends a stay in the actor's code.</summary>
    /// <returns>Whether the loop still owns the cell; if not it must not touch it again. From here to the next stay nobody can take it.</returns>
    private bool LeaveActor(DrainLoop loop)
    {
        loop.InActor = false;
        return !HasLost(loop);
    }

    private bool HasLost(DrainLoop loop)
    {
        if (!loop.Doubted)
        {
            return false;
        }

        lock (_sync)
        {
            return loop.HandedOver;
        }
    }

    /// <summary>Cancels the token of an instance that was replaced.</summary>
    private sealed class Cancellation(Activation abandoned) : IThreadPoolWorkItem
    {
        public void Execute() => abandoned.CancelStopping();
    }
}
