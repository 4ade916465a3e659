namespace FedActors.FL.Rounds;

/// <summary>Has rounds that were committed without an evaluation scored later, one at a time, beside the run.</summary>
internal static class Backfill
{
    /// <summary>Asks for the next one, if the evaluator is here and owes none.</summary>
    public static void Pump(RunTurn turn)
    {
        RunState state = turn.State;
        if (state.Phase is <= RoundPhase.Beginning or RoundPhase.Finished
            || state.Members.Evaluator is not { } evaluator || state.Backlog.Asked is not null || state.Backlog.IsEmpty)
        {
            return;
        }

        int round = state.Backlog.Newest();
        state.Backlog.Asked = round;
        turn.Emit(new EvaluateCommitted(evaluator.Session, round));
    }

    public static void OnEvaluation(RunTurn turn, int round)
    {
        if (!turn.State.Backlog.Contains(round))
        {
            turn.Ignore($"An evaluation of round {round} came unasked.");
            return;
        }

        turn.Emit(new BackfillEvaluation(round));
        Drop(turn, round);
    }

    public static void OnFailure(RunTurn turn, EvaluationFailureReceived failure)
    {
        turn.Ignore($"Round {failure.Round} stays without an evaluation: {failure.Text}");
        Drop(turn, failure.Round);
    }

    public static void OnUnavailable(RunTurn turn, ParametersUnavailable unavailable) => Drop(turn, unavailable.Round);

    private static void Drop(RunTurn turn, int round)
    {
        turn.State.Backlog.Remove(round);
        Pump(turn);
        Closing.Check(turn);
    }
}
