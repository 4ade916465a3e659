namespace FedActors.FL.Rounds;

/// <summary>Takes note of lost members in any phase.</summary>
internal static class Departure
{
    public static void OnLost(RunTurn turn, MemberLost lost)
    {
        RunState state = turn.State;
        if (state.Members.Remove(lost.Session) is not { } member)
        {
            return;
        }

        turn.Emit(new ReportLost(member.Session, member.Role, member.Id, lost.Cause));
        if (state.Phase <= RoundPhase.Beginning)
        {
            ForgetSpecification(state);
            Starting.Check(turn);
            return;
        }

        switch (member.Role)
        {
            case MemberRole.Worker when lost.MayReturn:
                state.Flights.Lose(member.Id);
                Returning.Await(turn, member);
                break;
            case MemberRole.Worker:
                state.Flights.Lose(member.Id);
                Collecting.OnWorkerLost(turn, member, lost.Cause);
                break;
            case MemberRole.Aggregator:
                Aggregating.OnAggregatorLost(turn, member, lost.Cause);
                break;
            default:
                Evaluating.OnEvaluatorLost(turn, member);
                break;
        }
    }

    // A specification taken from the first member goes with the last one that has it, or one mistaken site could lock all others out.
    private static void ForgetSpecification(RunState state)
    {
        if (!state.SpecificationGiven && !state.Begun && state.Members is { WorkerCount: 0, Evaluator: null })
        {
            state.Specification = null;
        }
    }
}
