using FedActors.Actors.Scheduling;

namespace FedActors.Tests.TestKit;

/// <summary>The thread pool's scheduler with a pool of one thread, which runs when the test says so: turns follow each other on it as they do on the pool's threads.</summary>
internal sealed class TurningScheduler : ActorScheduler
{
    private readonly Queue<IThreadPoolWorkItem> _due = new();

    public TurningScheduler() => Turns = new ThreadTurns(this, new TurnWatch(Clock));

    /// <summary>The watch's clock.</summary>
    public ManualTimeProvider Clock { get; } = new();

    public ThreadTurns Turns { get; }

    /// <summary>How often something went to the pool.</summary>
    public int Pooled { get; private set; }

    /// <summary>How often that was for others' sake.</summary>
    public int Yields { get; private set; }

    /// <summary>Whether others wait for a thread, as turns that follow each other see it.</summary>
    public bool Busy { get; set; }

    internal override bool IsPool => true;

    internal override bool OthersWait => Busy;

    internal override ThreadTurns? TurnsHere => Turns.IsOpen ? Turns : null;

    public override void Schedule(IThreadPoolWorkItem work)
    {
        Pooled++;
        _due.Enqueue(work);
    }

    public override void Yield(IThreadPoolWorkItem work)
    {
        Yields++;
        Schedule(work);
    }

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

    internal override void Run(ITurn turn) => Turns.Run(turn);

    /// <summary>Runs until nothing is due, on a thread that has no context and no task scheduler of a test's.</summary>
    public void Run()
    {
        var thread = new Thread(RunHere);
        thread.UnsafeStart();
        thread.Join();
    }

    private void RunHere()
    {
        while (_due.TryDequeue(out IThreadPoolWorkItem? work))
        {
            work.Execute();
        }
    }
}
