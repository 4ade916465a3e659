namespace FedActors.Actors.Scheduling;

/// <summary>Runs actors on the thread pool.</summary>
public sealed class ThreadPoolScheduler : ActorScheduler
{
    private ThreadPoolScheduler()
    {
    }

    /// <summary>The scheduler; it has no state.</summary>
    public static ThreadPoolScheduler Instance { get; } = new();

    /// <inheritdoc/>
    public override void Schedule(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);
}
