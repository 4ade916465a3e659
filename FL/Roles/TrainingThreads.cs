using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace FedActors.FL.Roles;

/// <summary>Threads for long computations, apart from those on which actors run, so that a node that trains still answers.</summary>
/// <remarks>No more threads than cores: sites that share a machine take turns instead of slowing each other down.</remarks>
public sealed class TrainingThreads : TaskScheduler, IDisposable
{
    // One task a member is the rule; a queue this long means that somebody does not await what it began.
    private const int MaxQueued = 100_000;

    private readonly BlockingCollection<Task> _queue = new(MaxQueued);
    private readonly Thread[] _threads;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many, at least 1.</param>
    public TrainingThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"training {i}" };
            _threads[i].Start();
        }
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => _threads.Length;

    /// <summary>Lets queued work finish, then ends the threads.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _queue.Dispose();
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _queue.Add(task);

    /// <inheritdoc/>
    /// <remarks>Work that is cut up goes on where it began, and on those of the other threads that are idle.</remarks>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Array.IndexOf(_threads, Thread.CurrentThread) >= 0 && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _queue.ToArray();

    private void Run()
    {
        while (RunNext())
        {
        }
    }

    /// <summary>A method of its own, so that a thread which waits for the next task does not keep the last one's data.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RunNext()
    {
        if (!_queue.TryTake(out Task? task, Timeout.Infinite))
        {
            return false;
        }

        TryExecuteTask(task);
        return true;
    }
}
