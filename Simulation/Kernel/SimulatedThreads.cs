namespace FedActors.Simulation.Kernel;

/// <summary>Where long computations run: each takes as much virtual time as it is given, and no other.</summary>
/// <param name="process">Whose threads they are.</param>
/// <param name="duration">How long a computation takes; null never ends it.</param>
internal sealed class SimulatedThreads(SimulatedProcess process, Func<Task, TimeSpan?> duration) : TaskScheduler
{
    /// <summary>Threads on which every computation takes what the next one is given.</summary>
    public SimulatedThreads(SimulatedProcess process, Func<TimeSpan?> duration)
        : this(process, _ => duration())
    {
    }

    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task)
    {
        if (duration(task) is { } after)
        {
            process.Schedule(after, () => TryExecuteTask(task));
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
