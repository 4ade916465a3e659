namespace FedActors.FL.Rounds;

/// <summary>Judges whether a member may be admitted.</summary>
internal static class RegistrationCheck
{
    public static (RegistrationRefusal Refusal, string Text)? FindFault(RunState state, RegistrationReceived registration) =>
        FindNameFault(registration) ?? FindDuplicate(state, registration) ?? FindDataFault(state, registration);

    private static (RegistrationRefusal, string)? FindNameFault(RegistrationReceived registration) =>
        FindNameFault("name", registration.MemberId)
        ?? (registration is { Role: MemberRole.Worker, Offer: { } offer } ? FindNameFault("site", offer.Site) : null);

    private static (RegistrationRefusal, string)? FindNameFault(string what, string name) =>
        name.Length is >= 1 and <= RoundLimits.MaxNameLength
            ? null
            : (RegistrationRefusal.InvalidName, $"A {what} has 1 to {RoundLimits.MaxNameLength} characters, not {name.Length}.");

    private static (RegistrationRefusal, string)? FindDuplicate(RunState state, RegistrationReceived registration)
    {
        if (state.Members.FindSession(registration.Session) is { } held && (held.Role != registration.Role || held.Id != registration.MemberId))
        {
            return (RegistrationRefusal.DuplicateMember,
                $"The same sender has registered as {Wording.Noun(held.Role)} {held.Id} before; each member registers for itself.");
        }

        return state.Members.FindPredecessor(registration.Role, registration.MemberId) is { } predecessor && !Replaces(registration, predecessor)
            ? (RegistrationRefusal.DuplicateMember,
                $"{Wording.Noun(predecessor.Role)} {predecessor.Id} is registered from node {predecessor.Node}, which is alive. "
                + "Give one of the two another name, or end the other; a registration is then admitted when it is tried again.")
            : null;
    }

    // A restarted node's members take the places of their predecessors even before the loss of these has been noticed.
    private static bool Replaces(RegistrationReceived registration, Member predecessor) =>
        registration.Session == predecessor.Session
        || (registration.Node == predecessor.Node && registration.Incarnation > predecessor.Incarnation);

    private static (RegistrationRefusal, string)? FindDataFault(RunState state, RegistrationReceived registration)
    {
        if (registration.Role == MemberRole.Aggregator)
        {
            return null;
        }

        string who = $"{Wording.Noun(registration.Role)} {registration.MemberId}";
        if (registration.Offer is not { } offer)
        {
            return (RegistrationRefusal.WrongSiteData, $"{who} did not say what data it holds.");
        }

        if (state.Specification?.DescribeMismatch(offer.Specification) is { } mismatch)
        {
            return (RegistrationRefusal.MismatchedModel,
                $"{who} does not fit this run's model: {mismatch}. Its data must come from the same manifest as the other sites'.");
        }

        if (offer.Samples < 1)
        {
            return (RegistrationRefusal.WrongSiteData, $"{who} holds {offer.Samples} examples; at least 1 is needed.");
        }

        return offer.Contradiction is { } contradiction
            ? (RegistrationRefusal.WrongSiteData, $"{who} contradicts itself: {contradiction}")
            : registration.Role == MemberRole.Worker ? FindSiteFault(state, registration.MemberId, offer) : null;
    }

    private static (RegistrationRefusal, string)? FindSiteFault(RunState state, string worker, DataOffer offer)
    {
        if (state.Members.HolderOf(offer.Site) is { } holder && holder != worker)
        {
            return (RegistrationRefusal.DuplicateSite,
                $"Site {offer.Site} is held by worker {holder} already; its data would count twice. Give worker {worker} another site's data.");
        }

        if (!state.Sites.TryGetValue(worker, out RunSite? known))
        {
            return state.Sites.Count >= RoundLimits.MaxWorkers
                ? (RegistrationRefusal.TooManyMembers, $"The run has admitted {RoundLimits.MaxWorkers} workers, its limit.")
                : null;
        }

        // Before the run begins nothing rests on a site's figures yet.
        return state.Begun && (known.Site != offer.Site || known.Samples != offer.Samples)
            ? (RegistrationRefusal.WrongSiteData,
                $"Worker {worker} took part with site {known.Site} and {known.Samples} examples; now it brings site {offer.Site} and {offer.Samples}. "
                + "Start it with the data it had, or under another name.")
            : null;
    }
}
