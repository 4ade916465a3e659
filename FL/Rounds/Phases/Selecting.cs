namespace FedActors.FL.Rounds;

/// <summary>Opens rounds and attempts: chooses a cohort and asks it.</summary>
internal static class Selecting
{
    /// <summary>Opens the round after the last committed one.</summary>
    public static void Next(RunTurn turn)
    {
        RunState state = turn.State;
        state.Round = state.Committed + 1;
        state.Attempt = 0;
        state.QuorumMisses = 0;
        state.AggregatorFailures = 0;
        state.DrawCohort = true;
        state.Evaluated = false;
        state.EvaluationFailed = false;
        state.Refusals.Clear();
        state.Cohort.Clear();
        Ask(turn);
    }

    /// <summary>Opens an attempt at the round, with an empty accumulator: what earlier attempts gathered is asked for again and answered from the workers' memory.</summary>
    public static void Ask(RunTurn turn)
    {
        RunState state = turn.State;
        if (state.Members.Aggregator is not { } aggregator)
        {
            Aggregating.AwaitAggregator(turn);
            return;
        }

        string[] cohort = state.DrawCohort ? Draw(turn) : state.Cohort.Names();
        state.DrawCohort = false;
        state.Attempt++;
        state.Cohort.Clear();
        turn.Enter(RoundPhase.Collecting);
        turn.Arm(RoundTimerKind.Deadline, turn.Participation.RoundTimeout);
        turn.Emit(new OpenAggregation(aggregator.Session, state.Round, state.Attempt));
        foreach (string worker in cohort)
        {
            Collecting.Ask(turn, worker);
        }

        Collecting.Settle(turn);
    }

    private static string[] Draw(RunTurn turn)
    {
        RunState state = turn.State;
        return Sampler.Draw(
            turn.Participation.Sampling, turn.Options.Seed, state.Round, state.QuorumMisses,
            state.Members.WorkerIds.Select(worker => KeyValuePair.Create(worker, state.Members.FindWorker(worker)!.Offer!.Samples)),
            turn.Participation.Fraction, turn.Participation.MinWorkers);
    }
}
