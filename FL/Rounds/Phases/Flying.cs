namespace FedActors.FL.Rounds;

/// <summary>Takes updates in that may count after the round they were asked in: those of the asynchronous protocol, and stragglers' that are kept.</summary>
/// <remarks>Each request is answered once, whenever that is: it is out, then held or counted, and gone with the round that counts it.</remarks>
internal static class Flying
{
    /// <summary>Says why an update has no place here and now, whatever it holds; or null.</summary>
    public static Objection? FindMisplacement(RunTurn turn, UpdateReceived update) => UpdateCheck.FindForeign(turn.State, update) ?? FindUnexpected(turn, update);

    public static void OnUpdate(RunTurn turn, UpdateReceived update)
    {
        RunState state = turn.State;
        if (FindMisplacement(turn, update) is { } misplacement)
        {
            Collecting.Refuse(turn, update, misplacement);
            return;
        }

        // Age first: what is too old may lack the parameters that it would be read against, which is no fault of its sender.
        if ((FindOld(turn, update) ?? update.Fault ?? UpdateCheck.FindWrongFigures(state, update)) is { } fault)
        {
            state.Flights.Remove(update.WorkerId);
            Collecting.Refuse(turn, update, fault);
            Collecting.OnUseless(turn, update.WorkerId, fault.Text);
            return;
        }

        if (state.Phase == RoundPhase.Collecting)
        {
            Count(turn, update, held: false);
            Collecting.Settle(turn);
        }
        else
        {
            state.Flights.Set(update.WorkerId, new Flight(update.Round, update.Attempt, FlightState.Held));
            state.Held.Add(update);
            turn.Emit(new HoldUpdate(update.WorkerId));
        }
    }

    /// <summary>Counts what came while no collection was open, as far as the round wants it and it is not too old by now; the rest waits for the next.</summary>
    public static void CountHeld(RunTurn turn)
    {
        RunState state = turn.State;
        int taken = 0;
        while (taken < state.Held.Count && state.Cohort.Accepted < state.Target)
        {
            UpdateReceived update = state.Held[taken++];
            if (FindOld(turn, update) is { } fault)
            {
                state.Flights.Remove(update.WorkerId);
                turn.Emit(new DropHeldUpdate(update.WorkerId));
                Collecting.Refuse(turn, update, fault);
            }
            else
            {
                Count(turn, update, held: true);
            }
        }

        state.Held.RemoveRange(0, taken);
    }

    /// <summary>
    /// Opens an attempt of the asynchronous protocol. Who trains, trains on; whose update the lost aggregator held is asked for it again and
    /// answers from memory; who has nothing to do starts from the newest model, as many as the fraction allows.
    /// </summary>
    public static void Ask(RunTurn turn)
    {
        RunState state = turn.State;
        foreach (string worker in state.Flights.Names(FlightState.Counted))
        {
            Repeat(turn, worker, state.Flights.Find(worker)!.Round);
        }

        foreach (string worker in state.Flights.Names(FlightState.Out).Where(worker => state.Cohort.Find(worker) is null))
        {
            state.Cohort.Set(worker, SeatState.Outstanding);
        }

        CountHeld(turn);
        string[] idle = [.. turn.Askable().Where(worker => state.Flights.Find(worker) is null)];
        int free = CohortSelection.Size(turn.Askable().Count(), turn.Participation.Fraction, 1) - state.Flights.Out;
        foreach (string worker in CohortSelection.Draw(turn.Options.Seed, state.Round, state.Attempt - 1, idle, Math.Max(free, 0)))
        {
            Collecting.Ask(turn, worker);
        }

        Collecting.Settle(turn);
    }

    private static void Repeat(RunTurn turn, string worker, int round)
    {
        RunState state = turn.State;
        state.Flights.Remove(worker);
        if (state.Members.FindWorker(worker) is { } member)
        {
            state.Flights.Set(worker, new Flight(round, state.Attempt, FlightState.Out));
            state.Cohort.Set(worker, SeatState.Outstanding);
            turn.Emit(new RequestTraining(member.Session, worker, round, state.Attempt));
        }
    }

    private static void Count(RunTurn turn, UpdateReceived update, bool held)
    {
        RunState state = turn.State;
        int staleness = state.Round - update.Round;
        double weight = UpdateWeights.Of(turn.Participation.Weights, turn.Options.Strategy.Name, update.Figures);
        if (!turn.IsAsynchronous && turn.Options.Protocol.Late == LateUpdates.Weigh)
        {
            weight *= StalenessWeight.Of(turn.Options.Protocol, staleness);
        }

        state.Flights.Set(update.WorkerId, new Flight(update.Round, update.Attempt, FlightState.Counted));
        state.Cohort.Set(update.WorkerId, SeatState.Accepted, figures: update.Figures);
        turn.Emit(new HandOverUpdate(state.Members.Aggregator!.Session, state.Round, state.Attempt, update.WorkerId, weight, staleness, held));
    }

    private static Objection? FindUnexpected(RunTurn turn, UpdateReceived update)
    {
        RunState state = turn.State;
        string who = $"worker {update.WorkerId}";
        if (update.Round > state.Round)
        {
            return UpdateCheck.FindUntimely(state, update);
        }

        if (state.Flights.Find(update.WorkerId) is not { } flight)
        {
            return UpdateCheck.FindUntimely(state, update) ?? new Objection(RefusalReason.NotSelected, $"{who} was not asked in round {state.Round}, or has answered");
        }

        if (flight.Round != update.Round)
        {
            return new Objection(RefusalReason.Stale, $"{who} answers round {update.Round}; it was last asked in round {flight.Round}");
        }

        if (flight.Attempt != update.Attempt)
        {
            return new Objection(RefusalReason.WrongAttempt, $"{who} answers attempt {update.Attempt} at round {update.Round}; it was last asked in attempt {flight.Attempt}");
        }

        return flight.State == FlightState.Out ? null : new Objection(RefusalReason.Duplicate, $"the update of {who} for round {update.Round}, attempt {update.Attempt}, is here already");
    }

    private static Objection? FindOld(RunTurn turn, UpdateReceived update)
    {
        int staleness = turn.State.Round - update.Round;
        return staleness <= turn.Options.Protocol.MaxStaleness
            ? null
            : new Objection(RefusalReason.Stale, $"worker {update.WorkerId} trained from a model that is {staleness} rounds old; {turn.Options.Protocol.MaxStaleness} are allowed");
    }
}
