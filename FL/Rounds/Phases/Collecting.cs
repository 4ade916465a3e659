namespace FedActors.FL.Rounds;

/// <summary>Collects a cohort's updates until all have answered or were lost, or until the deadline.</summary>
internal static class Collecting
{
    /// <summary>Asks one worker, or notes that it is not here.</summary>
    public static void Ask(RunTurn turn, string worker)
    {
        RunState state = turn.State;
        if (state.Members.FindWorker(worker) is not { } member)
        {
            // Who is expected back keeps its place, and is asked when it is here.
            bool returns = state.Returning.Contains(worker);
            state.Cohort.Set(worker, returns ? SeatState.Outstanding : SeatState.Lost, returns ? null : "not here");
            if (!returns && !state.Refusals.Has(worker))
            {
                // Its answer to an earlier attempt counted, so that nothing was noted when it was lost.
                state.Refusals.Add(worker, RefusalReason.Lost, $"it was not here when attempt {state.Attempt} asked");
            }

            return;
        }

        state.Cohort.Set(worker, SeatState.Outstanding);
        if (turn.KeepsLate)
        {
            state.Flights.Set(worker, new Flight(state.Round, state.Attempt, FlightState.Out));
        }

        turn.Emit(new RequestTraining(member.Session, worker, state.Round, state.Attempt, Pacing.StepsOf(turn, worker)));
    }

    public static void OnUpdate(RunTurn turn, UpdateReceived update)
    {
        if (turn.KeepsLate)
        {
            Flying.OnUpdate(turn, update);
            return;
        }

        RunState state = turn.State;
        if (UpdateCheck.FindMisplacement(state, update) is { } misplacement)
        {
            Refuse(turn, update, misplacement);
            return;
        }

        if ((update.Fault ?? UpdateCheck.FindWrongFigures(state, update)) is { } fault)
        {
            Refuse(turn, update, fault);
            OnUseless(turn, update.WorkerId, fault.Text);
            return;
        }

        state.Cohort.Set(update.WorkerId, SeatState.Accepted, figures: update.Figures);
        double weight = UpdateWeights.Of(turn.Participation.Weights, turn.Options.Strategy.Name, update.Figures);
        turn.Emit(new HandOverUpdate(state.Members.Aggregator!.Session, state.Round, state.Attempt, update.WorkerId, weight));
        Settle(turn);
    }

    public static void OnTrainingFailure(RunTurn turn, TrainingFailureReceived failure)
    {
        RunState state = turn.State;
        if (turn.KeepsLate && state.Flights.Find(failure.WorkerId) is { State: FlightState.Out } flight && (flight.Round, flight.Attempt) == (failure.Round, failure.Attempt)
            && state.Members.FindWorker(failure.WorkerId)?.Session == failure.Session && failure.RunId == state.Position.RunId)
        {
            state.Flights.Remove(failure.WorkerId);
            state.Refusals.Add(failure.WorkerId, RefusalReason.TrainingFailed, failure.Text);
            OnUseless(turn, failure.WorkerId, $"training failed: {failure.Text}");
            return;
        }

        bool current = state.Phase == RoundPhase.Collecting && failure.RunId == state.Position.RunId
            && failure.Round == state.Round && failure.Attempt == state.Attempt;
        if (!current || state.Members.FindWorker(failure.WorkerId)?.Session != failure.Session
            || state.Cohort.Find(failure.WorkerId)?.State != SeatState.Outstanding)
        {
            turn.Ignore($"Worker {failure.WorkerId} reports a failure in round {failure.Round}, attempt {failure.Attempt}, which nobody waits for: {failure.Text}");
            return;
        }

        state.Refusals.Add(failure.WorkerId, RefusalReason.TrainingFailed, failure.Text);
        OnUseless(turn, failure.WorkerId, $"training failed: {failure.Text}");
    }

    public static void OnWorkerRegistered(RunTurn turn, Member worker)
    {
        if (turn.State.Phase != RoundPhase.Collecting)
        {
            return;
        }

        bool wanted = turn.State.Cohort.Find(worker.Id) is { State: not SeatState.Accepted }
            || (turn.IsAsynchronous && turn.State.Flights.Find(worker.Id) is null && turn.Askable().Contains(worker.Id));
        if (wanted)
        {
            Ask(turn, worker.Id);
        }

        Settle(turn);
    }

    public static void OnWorkerLost(RunTurn turn, Member worker, string cause)
    {
        RunState state = turn.State;
        if (state.Phase != RoundPhase.Collecting || state.Cohort.Find(worker.Id)?.State != SeatState.Outstanding)
        {
            return;
        }

        state.Refusals.Add(worker.Id, RefusalReason.Lost, cause);
        state.Cohort.Set(worker.Id, SeatState.Lost, $"lost: {cause}");
        Settle(turn);
    }

    public static void OnDeadline(RunTurn turn)
    {
        RunState state = turn.State;

        // Who was waited for so long is not waited for in the next round, too.
        state.Returning.Clear();
        if (turn.IsAsynchronous && state.Cohort.Accepted >= turn.Quorum)
        {
            Aggregating.Enter(turn);
            return;
        }

        string cause = $"no answer within {Wording.Seconds(turn.Participation.RoundTimeout)}";
        foreach (string worker in state.Cohort.Names(SeatState.Outstanding))
        {
            state.Refusals.Add(worker, RefusalReason.NoAnswer, cause);
            state.Cohort.Set(worker, SeatState.Failed, cause);
        }

        if (state.Cohort.Accepted >= turn.Quorum)
        {
            Aggregating.Enter(turn);
        }
        else
        {
            Quorum.OnMissed(turn);
        }
    }

    /// <summary>Looks, after a change of any seat, whether the round can close, needs others to be asked, or has failed.</summary>
    public static void Settle(RunTurn turn)
    {
        Cohort cohort = turn.State.Cohort;
        int quorum = turn.Quorum;
        if (!turn.IsAsynchronous && cohort.Accepted + cohort.Outstanding < quorum)
        {
            Quorum.Recruit(turn);
        }

        if (cohort.Outstanding > 0 && (cohort.Accepted < quorum || cohort.Accepted < turn.State.Target))
        {
            return;
        }

        if (cohort.Accepted >= quorum)
        {
            Aggregating.Enter(turn);
        }
        else if (cohort.Count > 0 && cohort.Lost == 0 && !Quorum.HasAbsentSites(turn) && (!turn.KeepsLate || turn.State.Flights.Out == 0))
        {
            // Everybody here has answered and nobody is expected back, so that the deadline would bring nothing.
            Quorum.OnMissed(turn);
        }
    }

    public static void OnUseless(RunTurn turn, string worker, string cause)
    {
        if (turn.State.Cohort.Find(worker)?.State == SeatState.Outstanding)
        {
            turn.State.Cohort.Set(worker, SeatState.Failed, cause);
            if (turn.State.Phase == RoundPhase.Collecting)
            {
                Settle(turn);
            }
        }
    }

    public static void Refuse(RunTurn turn, UpdateReceived update, Objection fault)
    {
        turn.State.Refusals.Add(update.WorkerId, fault.Reason, fault.Text);
        turn.Emit(new RefuseUpdate(update.Session, update.WorkerId, update.Round, update.Attempt, fault.Reason, fault.Text));
    }
}
