using FedActors.FL.Configuration;

namespace FedActors.FL.Rounds;

/// <summary>Waits for the run's members, then begins it.</summary>
internal static class Starting
{
    public static void OnOpened(RunTurn turn)
    {
        RunState state = turn.State;
        if (state.Phase != RoundPhase.New)
        {
            turn.Ignore("The run is open already.");
            return;
        }

        if (state.Committed >= turn.Options.Training.Rounds || state.Position.Goal is not null)
        {
            turn.Finish(RunOutcome.Finished, state.Position.Goal);
            return;
        }

        turn.Enter(RoundPhase.Starting);
        turn.Arm(RoundTimerKind.Start, FirstWait(turn));
        turn.Waiting(
            $"waiting for {turn.Participation.Workers} workers, an aggregator{(state.ExpectsEvaluator ? " and an evaluator" : "")} to register; "
            + $"after {Wording.Seconds(FirstWait(turn))} {turn.Participation.MinWorkers} workers are enough");
        Check(turn);
    }

    /// <summary>Begins as soon as everybody is there.</summary>
    public static void Check(RunTurn turn)
    {
        RunState state = turn.State;
        if (state.Phase != RoundPhase.Starting)
        {
            return;
        }

        if (state.Members.WorkerCount < turn.Participation.Workers)
        {
            turn.Disarm(RoundTimerKind.StartRoles);
        }
        else if (MissingRoles(state) is not { } missing)
        {
            Begin(turn);
        }
        else if (!state.Timers.IsArmed(RoundTimerKind.StartRoles))
        {
            turn.Arm(RoundTimerKind.StartRoles, turn.Participation.RoleTimeout);
            turn.Waiting($"{state.Members.WorkerCount} workers are here; waiting for {missing}");
        }
    }

    public static void OnStartElapsed(RunTurn turn)
    {
        RunState state = turn.State;
        ParticipationOptions participation = turn.Participation;
        TimeSpan rest = participation.StartTimeout - FirstWait(turn);
        if (state.Members.WorkerCount >= participation.MinWorkers)
        {
            Begin(turn);
        }
        else if (rest > TimeSpan.Zero && !state.StartExtended)
        {
            state.StartExtended = true;
            turn.Arm(RoundTimerKind.Start, rest);
            turn.Waiting($"waiting for at least {participation.MinWorkers} workers to come back");
        }
        else
        {
            string[] present = state.Members.SortedWorkerIds();
            turn.Finish(
                RunOutcome.BelowParticipation,
                $"{present.Length} of {participation.Workers} workers registered within {Wording.Seconds(participation.StartTimeout)}, at least {participation.MinWorkers} are needed; "
                + $"here: {Wording.Names(present)}{Absent(state)}.");
        }
    }

    public static void OnRolesElapsed(RunTurn turn) => Begin(turn);

    /// <summary>Asks the store to record the beginning; also when that is tried again, with whom it was decided to begin, whoever is here by then.</summary>
    public static void EmitBegin(RunTurn turn) => turn.Emit(new BeginRun(turn.State.Position.Resumed, turn.State.Beginners));

    public static void OnBegun(RunTurn turn)
    {
        RunState state = turn.State;
        if (state.Phase != RoundPhase.Beginning)
        {
            turn.Ignore("The run has begun already.");
            return;
        }

        state.Begun = true;

        // The start has waited for the evaluator already; the first round need not wait again.
        state.Backlog.GivenUp = state.Members.Evaluator is null;
        foreach (long session in state.Members.Sessions())
        {
            turn.Emit(new SendPlan(session));
        }

        Selecting.Next(turn);
        Backfill.Pump(turn);
    }

    private static void Begin(RunTurn turn)
    {
        turn.State.StorageFailures = 0;
        turn.State.Beginners = turn.State.Members.SortedWorkerIds();
        turn.Enter(RoundPhase.Beginning);
        EmitBegin(turn);
    }

    // A resumed run's members were here a moment ago. Who has not come back soon may join later; the run need not wait as at first.
    private static TimeSpan FirstWait(RunTurn turn)
    {
        ParticipationOptions participation = turn.Participation;
        return turn.State.Position.Resumed && participation.RoleTimeout < participation.StartTimeout
            ? participation.RoleTimeout
            : participation.StartTimeout;
    }

    private static string? MissingRoles(RunState state)
    {
        bool evaluator = state.ExpectsEvaluator && state.Members.Evaluator is null;
        return (state.Members.Aggregator is null, evaluator) switch
        {
            (true, true) => "an aggregator and an evaluator",
            (true, false) => "an aggregator",
            (false, true) => "an evaluator",
            _ => null,
        };
    }

    private static string Absent(RunState state)
    {
        string[] absent = [.. state.Sites.Keys.Where(worker => state.Members.FindWorker(worker) is null).Order(StringComparer.Ordinal)];
        return absent.Length == 0 ? "" : $"; gone: {Wording.Names(absent)}";
    }
}
