using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Looks for an operator's request to stop the run that this process drives.</summary>
internal static class StopRequests
{
    /// <summary>How often the store is asked; a query takes microseconds, and an operator waits a second gladly.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Returns when somebody asked for the run's end, or when there is nothing to wait for any longer.</summary>
    /// <param name="store">The writer's own store.</param>
    /// <param name="runId">The run, or null while it has not begun.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>Whether a request was found.</returns>
    public static async Task<bool> WaitAsync(ITrainingStore store, Func<string?> runId, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                if (runId() is { } id && store.IsStopRequested(id))
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended by itself.
        }
        catch (StoreException)
        {
            // The provider meets the same fault at its next round, and ends the run with its words.
        }

        return false;
    }
}
