using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Follows a run of another process in its store.</summary>
internal static class StoredRunWatch
{
    /// <summary>How often the store is asked. A query takes microseconds, and people do not see a quarter of a second.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Tells of every committed round, and returns when the run has ended or nobody drives it any longer.</summary>
    /// <returns>Whether it is still driven: always false, unless it ended at the same moment.</returns>
    public static async Task<bool> FollowAsync(SqliteTrainingStore store, string runId, Action<RoundRecord> round, TimeProvider time, CancellationToken cancellationToken)
    {
        int told = 0;
        while (true)
        {
            // The order matters: a provider that ends in between has then committed everything that is read below.
            bool driven = store.FindDrivenRun() == runId;
            RunRecord run = store.FindRun(runId)!;
            if (run.CommittedRounds > told)
            {
                foreach (RoundRecord committed in store.ListRounds(runId).Skip(told))
                {
                    round(committed);
                    told = committed.Round;
                }
            }

            if (run.Status != RunStatus.Running || !driven)
            {
                return driven;
            }

            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
