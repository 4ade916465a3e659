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
        state.CombinerFailures = 0;
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

        string[] cohort = turn.IsAsynchronous ? [] : state.DrawCohort ? Draw(turn) : state.Cohort.Names();
        state.DrawCohort = false;
        state.Attempt++;
        state.Cohort.Clear(cohort.Length);
        turn.Enter(RoundPhase.Collecting);
        turn.Arm(RoundTimerKind.Deadline, turn.Participation.RoundTimeout);
        Returning.Begin(turn);
        turn.Emit(new OpenAggregation(aggregator.Session, state.Round, state.Attempt));
        if (turn.IsAsynchronous)
        {
            state.Target = turn.Options.Protocol.BufferOf(turn.Options.Strategy.Name);
            Flying.Ask(turn);
            return;
        }

        Pacing.Begin(turn);
        foreach (string worker in cohort.Where(worker => state.Flights.Find(worker)?.State != FlightState.Held))
        {
            Collecting.Ask(turn, worker);
        }

        Flying.CountHeld(turn);
        Collecting.Settle(turn);
    }

    /// <summary>Whether a worker still owes, or has brought, an update that will count: it is not asked for another before.</summary>
    public static bool IsBusy(RunTurn turn, string worker) =>
        turn.KeepsLate && turn.State.Flights.Find(worker) is { State: FlightState.Out or FlightState.Held };

    private static string[] Draw(RunTurn turn)
    {
        RunState state = turn.State;
        string[] free = [.. turn.Askable().Where(worker => !IsBusy(turn, worker))];
        double extra = turn.Options.Protocol.OverSelection;
        state.Target = extra > 0 ? CohortSelection.Size(free.Length, turn.Participation.Fraction, turn.Quorum) : int.MaxValue;
        return Sampler.Draw(
            turn.Participation.Sampling, turn.Options.Seed, state.Round, state.QuorumMisses,
            free.Select(worker => new SamplerWorker(worker, state.Sites[worker].Samples, state.Measured.GetValueOrDefault(worker))),
            Math.Min(1, turn.Participation.Fraction * (1 + extra)), turn.Quorum);
    }
}
