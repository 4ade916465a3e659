namespace FedActors.Actors.Remoting;

/// <summary>Waiting for an end that may not come, or not in time, which leaves nobody's thread.</summary>
/// <remarks>
/// Not by Task.WhenAny with Task.Delay. A delay that is given up tells what was made of it on the thread pool, and who awaits that on a
/// simulated node would be called back from another thread than the simulation's. A task whose continuations are to run elsewhere tells
/// a Task.WaitAsync so, too. What follows by the scheduler of whoever waits is put there by the thread that ends the task. And a wait
/// that is given up leaves nothing on its task: strangers give up many, on tasks that last as long as an honest node's connection.
/// </remarks>
internal static class LimitedWait
{
    private const ConfigureAwaitOptions HereWithoutFailing = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;

    /// <summary>Waits until a task has ended, however it ends.</summary>
    /// <param name="task">What may end.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static Task EndAsync(this Task task, CancellationToken cancellationToken)
    {
        if (task.IsCompleted)
        {
            return Task.CompletedTask;
        }

        TaskScheduler here = SynchronizationContext.Current is null ? TaskScheduler.Default : TaskScheduler.FromCurrentSynchronizationContext();
        return task.ContinueWith(static ended => _ = ended.Exception, cancellationToken, TaskContinuationOptions.ExecuteSynchronously, here);
    }

    /// <summary>Waits until a task has ended, however it ends, or a time is over.</summary>
    /// <param name="task">What may end.</param>
    /// <param name="limit">The time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Whether the task has ended.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static async Task<bool> EndOrLimitAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await task.EndAsync(over.Token).WaitAsync(limit, time, cancellationToken).ConfigureAwait(HereWithoutFailing);
        over.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }
}
