namespace FedActors.Simulation.Kernel;

/// <summary>Where long computations run: each takes as much virtual time as it is given, and no other.</summary>
/// <param name="process">Whose threads they are.</param>
/// <param name="duration">How long the next computation takes; null never ends it.</param>
internal sealed class SimulatedThreads(SimulatedProcess process, Func<TimeSpan?> duration) : TaskScheduler
{
    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task)
    {
        if (duration() is { } after)
        {
            process.Schedule(after, () => TryExecuteTask(task));
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
