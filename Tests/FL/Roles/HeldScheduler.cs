namespace FedActors.Tests.FL.Roles;

/// <summary>Keeps tasks until it is released; from then on it runs them on the thread pool.</summary>
internal sealed class HeldScheduler : TaskScheduler
{
    private readonly Lock _sync = new();
    private readonly List<Task> _held = [];
    private bool _released;
    private int _started;

    /// <summary>Tasks begun.</summary>
    public int Started => Volatile.Read(ref _started);

    /// <summary>Tasks waiting.</summary>
    public int Queued
    {
        get
        {
            lock (_sync)
            {
                return _held.Count;
            }
        }
    }

    public void Release()
    {
        Task[] held;
        lock (_sync)
        {
            _released = true;
            held = [.. _held];
            _held.Clear();
        }

        foreach (Task task in held)
        {
            Start(task);
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_sync)
        {
            if (!_released)
            {
                _held.Add(task);
                return;
            }
        }

        Start(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_sync)
        {
            return [.. _held];
        }
    }

    private void Start(Task task)
    {
        Interlocked.Increment(ref _started);
        ThreadPool.QueueUserWorkItem(_ => TryExecuteTask(task));
    }
}
