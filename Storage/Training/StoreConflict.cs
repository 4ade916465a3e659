namespace FedActors.Storage.Training;

/// <summary>Requests that contradict what is stored, worded once for every store.</summary>
internal static class StoreConflict
{
    public static StoreException RunExists(string runId) =>
        new(StoreFault.Conflict, $"A run with the id {runId} is stored already.");

    public static StoreException NoSuchRun(string runId) =>
        new(StoreFault.Conflict, $"There is no run {runId} in this store. List the runs that it holds.");

    public static StoreException NoSuchRound(string runId, int round) =>
        new(StoreFault.Conflict, $"Run {runId} has no committed round {round}.");

    public static void ThrowIfNotNext(RunRecord run, int round)
    {
        ThrowIfEnded(run);
        if (round != run.CommittedRounds + 1)
        {
            throw new StoreException(StoreFault.Conflict, $"Run {run.Id} has {run.CommittedRounds} committed rounds, so the next is {run.CommittedRounds + 1} and not {round}.");
        }
    }

    public static void ThrowIfEnded(RunRecord run)
    {
        if (run.Status != RunStatus.Running)
        {
            throw new StoreException(StoreFault.Conflict, $"Run {run.Id} has ended ({run.Status}). Resume it first.");
        }
    }

    /// <summary>Whether a run that ends elsewhere was begun or taken up here, and waits for its end.</summary>
    public static bool IsBegun(RunRecord? run)
    {
        if (run is { Status: not RunStatus.Running })
        {
            throw RunExists(run.Id);
        }

        return run is not null;
    }

    public static void ThrowIfNoRecord(RunRecord run, IReadOnlyList<RoundRecord> rounds)
    {
        ThrowIfNoEnd(run.Status);
        int last = 0;
        foreach (RoundRecord round in rounds)
        {
            if (round.RunId != run.Id || round.Round <= last)
            {
                throw new ArgumentException($"Round {round.Round} of run {round.RunId} does not follow round {last} of run {run.Id}.", nameof(rounds));
            }

            last = round.Round;
        }
    }

    public static void ThrowIfNoEnd(RunStatus status)
    {
        if (status == RunStatus.Running)
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "A run does not end as running.");
        }
    }
}
