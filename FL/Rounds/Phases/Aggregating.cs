namespace FedActors.FL.Rounds;

/// <summary>Waits for the aggregate of the accepted updates, and deals with an aggregator that fails in any phase.</summary>
internal static class Aggregating
{
    public static void Enter(RunTurn turn)
    {
        RunState state = turn.State;
        turn.Enter(RoundPhase.Aggregating);
        state.SumsAwaited = 0;
        turn.Arm(RoundTimerKind.Aggregate, turn.Participation.RoleTimeout);
        turn.Emit(new CloseAggregation(state.Members.Aggregator!.Session, state.Round, state.Attempt));
    }

    public static void AwaitAggregator(RunTurn turn)
    {
        turn.Enter(RoundPhase.AwaitingAggregator);
        turn.Arm(RoundTimerKind.Aggregator, turn.Participation.RoleTimeout);
        turn.Waiting($"round {turn.State.Round} waits for an aggregator to register");
    }

    public static void OnAggregate(RunTurn turn, AggregateReceived aggregate)
    {
        RunState state = turn.State;
        if (state.Phase != RoundPhase.Aggregating || !IsCurrent(state, aggregate.Session, aggregate.RunId, aggregate.Round, aggregate.Attempt))
        {
            turn.Ignore($"An aggregate of round {aggregate.Round}, attempt {aggregate.Attempt}, came unasked.");
            return;
        }

        string[] accepted = state.Cohort.Names(SeatState.Accepted);
        if (!aggregate.Contributors.Order(StringComparer.Ordinal).SequenceEqual(accepted))
        {
            // Something was lost on the way: the round would count an update that is not in its parameters.
            Fail(turn, $"the aggregate holds the updates of {Wording.Names(aggregate.Contributors)}; accepted were those of {Wording.Names(accepted)}");
            return;
        }

        turn.Emit(new AdoptAggregate(state.Round, state.Attempt));
        Evaluating.Enter(turn);
    }

    /// <summary>Sums take the way that updates take without combiners, so they have as long; the aggregator's own time begins when it has them all.</summary>
    public static void OnSumsAwaited(RunTurn turn, SumsAwaited sums)
    {
        RunState state = turn.State;
        if (state.Phase != RoundPhase.Aggregating || !IsCurrent(state, sums.Session, sums.RunId, sums.Round, sums.Attempt))
        {
            return;
        }

        bool begins = state.SumsAwaited == 0;
        state.SumsAwaited = sums.Combiners;
        if (begins || sums.Combiners == 0)
        {
            turn.Arm(RoundTimerKind.Aggregate, WaitForAggregate(turn));
        }
    }

    public static void OnFailure(RunTurn turn, AggregationFailureReceived failure)
    {
        if (IsReducing(turn.State) && IsCurrent(turn.State, failure.Session, failure.RunId, failure.Round, failure.Attempt))
        {
            Fail(turn, failure.Text, failure.Combiner);
            return;
        }

        turn.Ignore($"A failed aggregation of round {failure.Round}, attempt {failure.Attempt}, is over already: {failure.Text}");
    }

    public static void OnAccumulationRefused(RunTurn turn, AccumulationRefused refused)
    {
        RunState state = turn.State;
        if (!IsReducing(state) || !IsCurrent(state, refused.Session, refused.RunId, refused.Round, refused.Attempt)
            || state.Cohort.Find(refused.WorkerId)?.State != SeatState.Accepted)
        {
            turn.Ignore($"The aggregator refuses an update of {refused.WorkerId} that does not count anyway: {refused.Fault.Text}");
            return;
        }

        state.Refusals.Add(refused.WorkerId, refused.Fault.Reason, refused.Fault.Text);
        state.Cohort.Set(refused.WorkerId, SeatState.Failed, refused.Fault.Text);
        state.Flights.Remove(refused.WorkerId);
        if (state.Members.FindWorker(refused.WorkerId) is { } worker)
        {
            turn.Emit(new RefuseUpdate(worker.Session, worker.Id, state.Round, state.Attempt, refused.Fault.Reason, refused.Fault.Text));
        }

        if (state.Phase == RoundPhase.Collecting)
        {
            Collecting.Settle(turn);
        }
        else if (state.Cohort.Accepted < turn.Quorum)
        {
            Quorum.OnMissed(turn);
        }
    }

    /// <summary>An aggregator that registers, even over the same connection, may have lost what it held: the round starts over, unless nothing was handed over yet.</summary>
    public static void OnAggregatorRegistered(RunTurn turn, Member aggregator)
    {
        RunState state = turn.State;
        if (state.Phase == RoundPhase.AwaitingAggregator)
        {
            Selecting.Ask(turn);
        }
        else if (state.Phase == RoundPhase.Collecting && state.Cohort.Accepted == 0)
        {
            turn.Emit(new OpenAggregation(aggregator.Session, state.Round, state.Attempt));
        }
        else if (IsReducing(state))
        {
            Fail(turn, "the aggregator registered anew and may have lost what it held");
        }
    }

    public static void OnAggregatorLost(RunTurn turn, Member aggregator, string cause)
    {
        if (IsReducing(turn.State))
        {
            Fail(turn, $"aggregator {aggregator.Id} was lost: {cause}");
        }
    }

    public static void OnAggregateElapsed(RunTurn turn)
    {
        string missing = turn.State.SumsAwaited > 0 ? "not all sums of combiners" : "no aggregate";
        Fail(turn, $"{missing} within {Wording.Seconds(WaitForAggregate(turn))}");
    }

    public static void OnAggregatorElapsed(RunTurn turn) => Fail(turn, $"no aggregator within {Wording.Seconds(turn.Participation.RoleTimeout)}");

    // The same cohort is asked again: its workers answer from memory.
    private static void Fail(RunTurn turn, string cause, string? combiner = null)
    {
        RunState state = turn.State;
        state.Refusals.Add(combiner ?? state.Members.Aggregator?.Id ?? "aggregator", RefusalReason.AggregationFailed, cause);
        (int failures, int limit) = combiner is null
            ? (++state.AggregatorFailures, turn.Participation.MaxAttempts)
            : (++state.CombinerFailures, RoundLimits.MaxCombinerFailures);
        if (failures >= limit)
        {
            turn.Finish(RunOutcome.Failed, $"round {state.Round} could not be aggregated in {failures} attempts; the last: {cause}.");
            return;
        }

        turn.Waiting($"round {state.Round} is asked again: {cause}");
        Selecting.Ask(turn);
    }

    private static TimeSpan WaitForAggregate(RunTurn turn) =>
        turn.State.SumsAwaited > 0 && turn.Participation.RoundTimeout > turn.Participation.RoleTimeout ? turn.Participation.RoundTimeout : turn.Participation.RoleTimeout;

    private static bool IsReducing(RunState state) => state.Phase is RoundPhase.Collecting or RoundPhase.Aggregating;

    private static bool IsCurrent(RunState state, long session, string runId, int round, int attempt) =>
        state.Members.Aggregator?.Session == session && runId == state.Position.RunId && round == state.Round && attempt == state.Attempt;
}
