namespace FedActors.Actors.Remoting;

/// <summary>Waiting for an end that may not come in time.</summary>
internal static class LimitedWait
{
    /// <summary>Waits until a task has ended, or a time is over.</summary>
    /// <remarks>
    /// Not by Task.WhenAny with Task.Delay. A delay that is given up tells what was made of it on the thread pool, and who awaits that
    /// on a simulated node would be called back from another thread than the simulation's.
    /// </remarks>
    /// <param name="task">What may end.</param>
    /// <param name="limit">The time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static async Task EndOrLimitAsync(this Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        await task.WaitAsync(limit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
