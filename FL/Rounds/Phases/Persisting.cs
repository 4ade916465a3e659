namespace FedActors.FL.Rounds;

/// <summary>Has a round stored, and only then announces it.</summary>
internal static class Persisting
{
    public static void Enter(RunTurn turn)
    {
        turn.State.StorageFailures = 0;
        turn.Enter(RoundPhase.Persisting);
        EmitPersist(turn);
    }

    public static void OnPersisted(RunTurn turn, RoundPersisted persisted)
    {
        RunState state = turn.State;
        if (state.Phase != RoundPhase.Persisting || persisted.Round != state.Round)
        {
            turn.Ignore($"Round {persisted.Round} was not being stored.");
            return;
        }

        state.Committed = state.Round;
        if (!state.Evaluated && !state.EvaluationFailed)
        {
            state.Backlog.Add(state.Round);
        }

        Pacing.Measure(turn);
        state.Flights.Commit();
        state.Goal = persisted.Goal;
        bool last = state.Committed >= turn.Options.Training.Rounds || persisted.Goal is not null;
        turn.Emit(new AnnounceRound(state.Round, last, state.Members.Sessions()));
        if (last)
        {
            Closing.Enter(turn);
            return;
        }

        Selecting.Next(turn);
        Backfill.Pump(turn);
    }

    public static void OnFailed(RunTurn turn, StorageFailed failed)
    {
        RunState state = turn.State;
        bool beginning = state.Phase == RoundPhase.Beginning && failed.Round == 0;
        if (!beginning && (state.Phase != RoundPhase.Persisting || failed.Round != state.Round))
        {
            turn.Ignore($"Round {failed.Round} was not being stored: {failed.Text}");
            return;
        }

        string what = beginning ? "the run's beginning" : $"round {state.Round}";
        state.StorageFailures++;
        if (!failed.MayPass || state.StorageFailures >= RoundLimits.MaxStorageAttempts)
        {
            turn.Finish(RunOutcome.Failed, $"{what} could not be stored: {failed.Text}");
            return;
        }

        TimeSpan pause = RoundLimits.StorageRetryDelay * (1 << (state.StorageFailures - 1));
        turn.Arm(RoundTimerKind.StorageRetry, pause);
        turn.Waiting($"{what} could not be stored (try {state.StorageFailures} of {RoundLimits.MaxStorageAttempts}, the next in {pause.TotalSeconds:0} s): {failed.Text}");
    }

    public static void OnRetryElapsed(RunTurn turn)
    {
        if (turn.State.Phase == RoundPhase.Beginning)
        {
            Starting.EmitBegin(turn);
        }
        else
        {
            EmitPersist(turn);
        }
    }

    private static void EmitPersist(RunTurn turn)
    {
        RunState state = turn.State;
        string[] accepted = state.Cohort.Names(SeatState.Accepted);
        RoundParticipant[] participants = new RoundParticipant[accepted.Length];
        (double loss, double accuracy, double samples) = (0, 0, 0);

        // In the order of names, so that the sums do not depend on who answered first.
        for (int i = 0; i < accepted.Length; i++)
        {
            UpdateFigures figures = state.Cohort.Find(accepted[i])!.Figures!;
            participants[i] = new RoundParticipant(accepted[i], figures);
            loss += figures.Loss * figures.Samples;
            accuracy += figures.Accuracy * figures.Samples;
            samples += figures.Samples;
        }

        turn.Emit(new PersistRound(new RoundSummary(
            state.Round, state.Attempt, state.Cohort.Names(), participants, state.Refusals.ToList(), loss / samples, accuracy / samples, state.Evaluated)));
    }
}
