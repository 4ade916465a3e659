namespace FedActors.FL.Rounds;

/// <summary>After the last round: gives outstanding evaluations a last chance, then ends the run.</summary>
internal static class Closing
{
    public static void Enter(RunTurn turn)
    {
        turn.Enter(RoundPhase.Closing);
        Check(turn);
        if (turn.State.Phase != RoundPhase.Closing)
        {
            return;
        }

        turn.Arm(RoundTimerKind.Closing, turn.Participation.RoleTimeout);
        turn.Waiting($"all rounds are committed; waiting for evaluations, at most {Wording.Seconds(turn.Participation.RoleTimeout)}");
        Backfill.Pump(turn);
    }

    /// <summary>Ends the run when there is nothing left to wait for.</summary>
    public static void Check(RunTurn turn)
    {
        RunState state = turn.State;
        if (state.Phase == RoundPhase.Closing
            && (state.Backlog.IsEmpty || state.Backlog.GivenUp || state.Members.Evaluator is null))
        {
            turn.Finish(RunOutcome.Finished, state.Goal);
        }
    }

    public static void OnElapsed(RunTurn turn) => turn.Finish(RunOutcome.Finished, turn.State.Goal);
}
