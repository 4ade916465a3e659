namespace FedActors.FL.Rounds;

/// <summary>What happens when a round is short of updates.</summary>
internal static class Quorum
{
    /// <summary>Asks workers outside the cohort in place of those that failed or are gone.</summary>
    public static void Recruit(RunTurn turn)
    {
        RunState state = turn.State;
        int needed = turn.Participation.MinWorkers - state.Cohort.Accepted - state.Cohort.Outstanding;
        IEnumerable<string> free = state.Members.WorkerIds.Where(worker => state.Cohort.Find(worker) is null);
        foreach (string worker in CohortSelection.Draw(turn.Options.Seed, state.Round, state.Attempt, free, needed))
        {
            Collecting.Ask(turn, worker);
            needed--;
        }

        if (needed > 0)
        {
            turn.Waiting($"round {state.Round} needs {needed} more workers; it waits for them until its deadline");
        }
    }

    /// <summary>Asks a new cohort, or ends the run when that has been done often enough.</summary>
    public static void OnMissed(RunTurn turn)
    {
        RunState state = turn.State;
        string missed = $"round {state.Round} had {state.Cohort.Accepted} of the {turn.Participation.MinWorkers} updates that it needs";
        string missing = Missing(turn);
        if (++state.QuorumMisses >= turn.Participation.MaxAttempts)
        {
            turn.Finish(RunOutcome.BelowParticipation, $"{missed} at the last of {state.QuorumMisses} attempts; missing: {missing}.");
            return;
        }

        state.DrawCohort = true;
        turn.Waiting($"{missed} and is asked again; missing: {missing}");
        Selecting.Ask(turn);
    }

    /// <summary>Whether a worker that the round could ask may come back before its deadline.</summary>
    public static bool HasAbsentSites(RunState state) => AbsentSites(state).Any();

    private static string Missing(RunTurn turn)
    {
        RunState state = turn.State;
        string[] missing =
        [
            .. state.Cohort.Names().Where(worker => state.Cohort.Find(worker)!.State != SeatState.Accepted)
                .Select(worker => $"{worker} ({state.Cohort.Find(worker)!.Cause})"),
            .. AbsentSites(state).Order(StringComparer.Ordinal).Select(worker => $"{worker} (not here)"),
        ];
        return Wording.Names(missing);
    }

    /// <summary>Workers of the run that are gone and were not asked. One that returns is asked, if the round still needs it.</summary>
    private static IEnumerable<string> AbsentSites(RunState state) =>
        state.Sites.Keys.Where(worker => state.Cohort.Find(worker) is null && state.Members.FindWorker(worker) is null);
}
