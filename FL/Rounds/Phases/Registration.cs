namespace FedActors.FL.Rounds;

/// <summary>Admits members in any phase, for the first time or again.</summary>
internal static class Registration
{
    public static void OnReceived(RunTurn turn, RegistrationReceived registration)
    {
        RunState state = turn.State;
        if (RegistrationCheck.FindFault(state, registration) is { } fault)
        {
            turn.Emit(new RefuseRegistration(registration.Session, registration.Role, registration.MemberId, fault.Refusal, fault.Text));
            return;
        }

        Member member = new(registration.Session, registration.Role, registration.MemberId, registration.Node, registration.Incarnation, registration.Offer);
        long? replaced = state.Members.FindPredecessor(member.Role, member.Id)?.Session;
        bool rejoined = !Remember(state, member);
        state.Members.Add(member);
        if (member.Role == MemberRole.Worker)
        {
            state.Flights.Lose(member.Id);
            Returning.End(turn, member.Id);
        }

        turn.Emit(new AcceptRegistration(member.Session, member.Role, member.Id, rejoined, replaced == member.Session ? null : replaced));
        if (state.Phase > RoundPhase.Beginning)
        {
            turn.Emit(new SendPlan(member.Session));
        }

        PutToWork(turn, member);
    }

    private static void PutToWork(RunTurn turn, Member member)
    {
        if (turn.State.Phase <= RoundPhase.Beginning)
        {
            Starting.Check(turn);
            return;
        }

        switch (member.Role)
        {
            case MemberRole.Worker:
                Collecting.OnWorkerRegistered(turn, member);
                break;
            case MemberRole.Aggregator:
                Aggregating.OnAggregatorRegistered(turn, member);
                break;
            default:
                Evaluating.OnEvaluatorRegistered(turn, member);
                break;
        }
    }

    // True for a first arrival.
    private static bool Remember(RunState state, Member member)
    {
        state.Specification ??= member.Offer?.Specification;
        if (member.Role == MemberRole.Worker)
        {
            bool arrival = !state.Sites.ContainsKey(member.Id);
            state.Sites[member.Id] = new RunSite(member.Id, member.Offer!.Site, member.Offer.Samples);
            return arrival;
        }

        bool first = state.LastIds.GetValueOrDefault(member.Role) != member.Id;
        state.LastIds[member.Role] = member.Id;
        return first;
    }
}
