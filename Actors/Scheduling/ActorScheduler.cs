namespace FedActors.Actors.Scheduling;

/// <summary>Decides where and when actors run. Injected, so that a whole federation can run on one thread in virtual time.</summary>
/// <remarks>
/// A scheduler that must also own what follows an <c>await</c> inside a handler runs its work under a
/// <see cref="SynchronizationContext"/> of its own: the runtime captures it.
/// </remarks>
public abstract class ActorScheduler
{
    /// <summary>Messages that one actor handles before others get their turn.</summary>
    /// <remarks>Large enough to pay for the switch, small enough that a busy actor delays its neighbours by microseconds.</remarks>
    public virtual int Throughput => 256;

    /// <summary>Runs the work once, soon, and not on the caller's stack.</summary>
    public abstract void Schedule(IThreadPoolWorkItem work);

    /// <summary>Runs the work once, after what is waiting already: how a busy actor lets others have their turn.</summary>
    public virtual void Yield(IThreadPoolWorkItem work) => Schedule(work);

    /// <summary>Whether who is answered goes on in a turn of its own. Elsewhere the answer completes at once, and what awaits it is posted as ever.</summary>
    internal virtual bool IsPool => false;

    /// <summary>Whether work waits for a thread.</summary>
    internal virtual bool OthersWait => true;

    /// <summary>The turns of the thread that calls, or null if nothing can be put behind its present one.</summary>
    internal virtual ThreadTurns? TurnsHere => null;

    /// <summary>Runs the turn once, soon, and not on the caller's stack: who calls is likely to wait for it next.</summary>
    internal virtual void ScheduleAwaited(ITurn turn) => Schedule(turn);

    /// <summary>Takes a turn that was scheduled, on the thread that calls.</summary>
    internal virtual void Run(ITurn turn) => turn.Run(null);
}
