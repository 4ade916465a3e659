namespace FedActors.Actors.Remoting;

/// <summary>Waiting for an end that may not come, or not in time, which leaves nobody's thread.</summary>
/// <remarks>
/// Not by Task.WhenAny with Task.Delay. A delay that is given up tells what was made of it on the thread pool, and who awaits that on a
/// simulated node would be called back from another thread than the simulation's. A task whose continuations are to run elsewhere tells
/// a Task.WaitAsync so, too. Who awaits the task itself goes on where it was, so that is done here first.
/// </remarks>
internal static class LimitedWait
{
    private const ConfigureAwaitOptions HereWithoutFailing = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;

    /// <summary>Waits until a task has ended, however it ends.</summary>
    /// <param name="task">What may end.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static Task EndAsync(this Task task, CancellationToken cancellationToken) => FollowAsync(task).WaitAsync(cancellationToken);

    /// <summary>Waits until a task has ended, however it ends, or a time is over.</summary>
    /// <param name="task">What may end.</param>
    /// <param name="limit">The time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Whether the task has ended.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static async Task<bool> EndOrLimitAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        await FollowAsync(task).WaitAsync(limit, time, cancellationToken).ConfigureAwait(HereWithoutFailing);
        cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }

    private static async Task FollowAsync(Task task) => await task.ConfigureAwait(HereWithoutFailing);
}
