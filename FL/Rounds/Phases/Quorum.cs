namespace FedActors.FL.Rounds;

/// <summary>What happens when a round is short of updates.</summary>
internal static class Quorum
{
    /// <summary>Asks workers outside the cohort in place of those that failed or are gone.</summary>
    public static void Recruit(RunTurn turn)
    {
        RunState state = turn.State;
        int needed = turn.Quorum - state.Cohort.Accepted - state.Cohort.Outstanding;
        IEnumerable<string> free = turn.Askable().Where(worker => state.Cohort.Find(worker) is null && !Selecting.IsBusy(turn, worker));
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
        string missed = $"round {state.Round} had {state.Cohort.Accepted} of the {turn.Quorum} updates that it needs";
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
    public static bool HasAbsentSites(RunTurn turn) => AbsentSites(turn).Any();

    private static string Missing(RunTurn turn)
    {
        RunState state = turn.State;
        string[] missing =
        [
            .. state.Cohort.Names().Where(worker => state.Cohort.Find(worker)!.State != SeatState.Accepted)
                .GroupBy(worker => state.Cohort.Find(worker)!.Cause, StringComparer.Ordinal)
                .Select(same => $"{Wording.Names([.. same])} ({same.Key})"),
            .. AbsentSites(turn).Order(StringComparer.Ordinal).Select(worker => $"{worker} (not here)"),
        ];
        return Wording.Names(missing);
    }

    /// <summary>Workers of the run that are gone and were not asked. One that returns is asked, if the round still needs it.</summary>
    private static IEnumerable<string> AbsentSites(RunTurn turn) => turn.State.Sites.Keys.Where(worker =>
        turn.State.Cohort.Find(worker) is null && turn.State.Members.FindWorker(worker) is null && turn.MayAsk(worker));
}
