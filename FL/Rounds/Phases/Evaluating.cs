namespace FedActors.FL.Rounds;

/// <summary>Waits for the evaluation of the candidate, but not for long: a round is worth keeping without one.</summary>
internal static class Evaluating
{
    public static void Enter(RunTurn turn)
    {
        RunState state = turn.State;
        if (state.Backlog.GivenUp)
        {
            Persisting.Enter(turn);
            return;
        }

        turn.Enter(RoundPhase.Evaluating);
        turn.Arm(RoundTimerKind.Evaluation, turn.Participation.RoleTimeout);
        if (state.Members.Evaluator is { } evaluator)
        {
            turn.Emit(new EvaluateCandidate(evaluator.Session, state.Round, state.Attempt));
        }
        else
        {
            SayMissing(turn);
        }
    }

    public static void OnEvaluation(RunTurn turn, EvaluationReceived evaluation)
    {
        RunState state = turn.State;
        if (!IsFromEvaluator(state, evaluation.Session, evaluation.RunId))
        {
            turn.Ignore($"An evaluation of round {evaluation.Round} came from somebody else than this run's evaluator.");
            return;
        }

        state.Backlog.GivenUp = false;
        if (IsCandidate(state, evaluation.Round, evaluation.Attempt))
        {
            state.Evaluated = true;
            turn.Emit(new AdoptEvaluation(state.Round));
            Persisting.Enter(turn);
        }
        else
        {
            Backfill.OnEvaluation(turn, evaluation.Round);
        }
    }

    public static void OnFailure(RunTurn turn, EvaluationFailureReceived failure)
    {
        RunState state = turn.State;
        if (!IsFromEvaluator(state, failure.Session, failure.RunId))
        {
            turn.Ignore($"A failed evaluation of round {failure.Round} came from somebody else than this run's evaluator.");
            return;
        }

        state.Backlog.GivenUp = false;
        if (IsCandidate(state, failure.Round, failure.Attempt))
        {
            state.EvaluationFailed = true;
            state.Refusals.Add(state.Members.Evaluator!.Id, RefusalReason.EvaluationFailed, failure.Text);
            Persisting.Enter(turn);
        }
        else
        {
            Backfill.OnFailure(turn, failure);
        }
    }

    public static void OnEvaluatorRegistered(RunTurn turn, Member evaluator)
    {
        RunState state = turn.State;
        state.Backlog.GivenUp = false;
        state.Backlog.Asked = null;
        if (state.Phase == RoundPhase.Evaluating)
        {
            turn.Emit(new EvaluateCandidate(evaluator.Session, state.Round, state.Attempt));
        }
        else
        {
            Backfill.Pump(turn);
        }
    }

    public static void OnEvaluatorLost(RunTurn turn, Member evaluator)
    {
        turn.State.Backlog.Asked = null;
        if (turn.State.Phase == RoundPhase.Evaluating)
        {
            SayMissing(turn);
        }

        Closing.Check(turn);
    }

    public static void OnElapsed(RunTurn turn)
    {
        RunState state = turn.State;
        state.Backlog.GivenUp = true;
        if (state.Members.Evaluator is not null)
        {
            // It may still answer, late; asking it the same again would only add to its load.
            state.Backlog.Asked = state.Round;
        }

        turn.Waiting($"no evaluation within {Wording.Seconds(turn.Participation.RoleTimeout)}; rounds are committed without until the evaluator answers");
        Persisting.Enter(turn);
    }

    private static void SayMissing(RunTurn turn) =>
        turn.Waiting($"round {turn.State.Round} waits for an evaluator to register, at most {Wording.Seconds(turn.Participation.RoleTimeout)}");

    private static bool IsFromEvaluator(RunState state, long session, string runId) =>
        state.Members.Evaluator?.Session == session && runId == state.Position.RunId;

    private static bool IsCandidate(RunState state, int round, int attempt) =>
        state.Phase == RoundPhase.Evaluating && round == state.Round && attempt == state.Attempt;
}
