namespace FedActors.FL.Rounds;

/// <summary>Waits for workers that are gone with their combiner: they live, and come back by another way within seconds.</summary>
/// <remarks>
/// Until then rounds go on as if they were here, so that a lost combiner changes no cohort: such a worker is drawn, keeps or gets its place,
/// and is asked when it is back. The wait is bounded, once for each loss; who is not back by then is lost as any other.
/// </remarks>
internal static class Returning
{
    /// <summary>A worker went with its combiner.</summary>
    public static void Await(RunTurn turn, Member worker)
    {
        turn.State.Returning.Add(worker.Id);
        if (turn.State.Phase is RoundPhase.Collecting or RoundPhase.AwaitingAggregator)
        {
            turn.Waiting($"round {turn.State.Round} waits for workers whose combiner was lost to come back by another way");
            Begin(turn);
        }
    }

    /// <summary>Arms the wait with the attempt that begins, if there is somebody to wait for.</summary>
    public static void Begin(RunTurn turn)
    {
        if (turn.State.Returning.Count > 0 && !turn.State.Timers.IsArmed(RoundTimerKind.Return))
        {
            turn.Arm(RoundTimerKind.Return, turn.Participation.RoleTimeout);
        }
    }

    /// <summary>A worker has registered.</summary>
    public static void End(RunTurn turn, string worker)
    {
        if (turn.State.Returning.Remove(worker) && turn.State.Returning.Count == 0)
        {
            turn.Disarm(RoundTimerKind.Return);
        }
    }

    public static void OnElapsed(RunTurn turn)
    {
        RunState state = turn.State;
        string[] lost = [.. state.Returning];
        state.Returning.Clear();
        string cause = $"its combiner was lost, and it did not come back within {Wording.Seconds(turn.Participation.RoleTimeout)}";
        foreach (string worker in lost.Where(worker => state.Cohort.Find(worker)?.State == SeatState.Outstanding))
        {
            state.Refusals.Add(worker, RefusalReason.Lost, cause);
            state.Cohort.Set(worker, SeatState.Lost, $"lost: {cause}");
        }

        if (state.Phase == RoundPhase.Collecting)
        {
            Collecting.Settle(turn);
        }
    }
}
