using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Roles;

/// <summary>Gathers a batch of tasks, one of each worker, and runs them one after another in an order drawn from a seed.</summary>
internal sealed class ShuffledScheduler(ulong seed, int batch) : TaskScheduler
{
    private readonly Lock _sync = new();
    private readonly RandomStream _chance = new(seed);
    private readonly List<Task> _gathered = [];

    protected override void QueueTask(Task task)
    {
        Task[] ready;
        lock (_sync)
        {
            _gathered.Add(task);
            if (_gathered.Count < batch)
            {
                return;
            }

            ready = [.. _gathered];
            _gathered.Clear();
            _chance.Shuffle(ready.AsSpan());
        }

        ThreadPool.QueueUserWorkItem(_ => Array.ForEach(ready, one => TryExecuteTask(one)));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
