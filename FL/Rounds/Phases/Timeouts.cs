namespace FedActors.FL.Rounds;

/// <summary>Hands an elapsed timer to the phase that armed it.</summary>
internal static class Timeouts
{
    public static void OnElapsed(RunTurn turn, RoundTimer timer)
    {
        if (!turn.State.Timers.TryElapse(timer))
        {
            return;
        }

        switch (timer.Kind)
        {
            case RoundTimerKind.Start:
                Starting.OnStartElapsed(turn);
                break;
            case RoundTimerKind.StartRoles:
                Starting.OnRolesElapsed(turn);
                break;
            case RoundTimerKind.Aggregator:
                Aggregating.OnAggregatorElapsed(turn);
                break;
            case RoundTimerKind.Deadline:
                Collecting.OnDeadline(turn);
                break;
            case RoundTimerKind.Aggregate:
                Aggregating.OnAggregateElapsed(turn);
                break;
            case RoundTimerKind.Evaluation:
                Evaluating.OnElapsed(turn);
                break;
            case RoundTimerKind.Return:
                Returning.OnElapsed(turn);
                break;
            case RoundTimerKind.StorageRetry:
                Persisting.OnRetryElapsed(turn);
                break;
            default:
                Closing.OnElapsed(turn);
                break;
        }
    }
}
