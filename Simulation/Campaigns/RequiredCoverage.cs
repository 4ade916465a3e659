using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Gossip;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Campaigns;

/// <summary>What a campaign must have reached to say anything.</summary>
public static class RequiredCoverage
{
    /// <summary>What no campaign need reach, and why. A test holds both lists to all kinds that the code has.</summary>
    public static IReadOnlyDictionary<string, string> Excused { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [$"not admitted {RegistrationRefusal.NotAuthorised.Code()}"] = "roles are stated in certificates, and connections here have none",
        [$"not admitted {RegistrationRefusal.UnknownCombiner.Code()}"] = "that a worker's node is a combiner's is stated in certificates, and connections here have none",
        [Exchange(ExchangeRefusal.UnknownNeighbour)] = "a peer passes on messages of those alone with whom its exchange is connected",
        [Exchange(ExchangeRefusal.NotInRoster)] = "the conversation with who is removed ends in the turn in which the roster changes",
        [Exchange(ExchangeRefusal.OversizedDigest)] = "the wire lets through no digest that is too large",
        [Exchange(ExchangeRefusal.NotFromOwner)] = "owners prove what they write by certificates, and connections here have none",
        [Exchange(ExchangeRefusal.TooManyWants)] = "the wire lets through no more wants than one may have",
        [Exchange(ExchangeRefusal.Removed)] = "it takes somebody who has kept what all others have acknowledged to be deleted: no schedule of thousands has one, and tests of the exchange do",
        [Exchange(ExchangeRefusal.Unproved)] = "owners prove what they write by certificates, and connections here have none",
    };

    /// <summary>Coordinated mode: every kind of fault, every outcome, every timer, every refusal and every change of phase, and what combiners and broken connections lead to.</summary>
    public static IReadOnlyList<string> Coordinated { get; } =
    [
        .. CoordinatedSchedule.Kinds.Select(kind => $"fault {kind}"),
        .. Enum.GetValues<RunOutcome>().Select(outcome => $"outcome {outcome}"),
        .. Enum.GetValues<RoundTimerKind>().Select(kind => $"timer {kind}"),
        .. Enum.GetValues<RefusalReason>().Where(reason => !IsNoted(reason)).Select(reason => $"refused {reason.Code()}"),
        .. Enum.GetValues<RefusalReason>().Where(IsNoted).Select(reason => $"noted {reason.Code()}"),
        .. Enum.GetValues<RegistrationRefusal>().Select(refusal => $"not admitted {refusal.Code()}").Where(refused => !Excused.ContainsKey(refused)),
        "sum counted", "sum failed", "combiner lost in a round", "combiner below lost", "worker of a combiner lost", "session begun", "session resumed", "frames sent again",
        "restarted actor", "mailbox full", "mailbox in use", "queue towards a node full", "escalated failure", "lost writes", "update held", "update of an earlier round", "effect BackfillEvaluation", "effect EvaluateCommitted", "effect ReportLost",
        "phase New Starting", "phase Starting Beginning", "phase Starting Finished", "phase Beginning Collecting", "phase Beginning AwaitingAggregator",
        "phase AwaitingAggregator Collecting", "phase AwaitingAggregator Finished", "phase Collecting Aggregating", "phase Collecting AwaitingAggregator",
        "phase Collecting Finished", "phase Aggregating Evaluating", "phase Aggregating Persisting", "phase Aggregating Collecting",
        "phase Aggregating AwaitingAggregator", "phase Aggregating Finished", "phase Evaluating Persisting", "phase Persisting Collecting", "phase Persisting Aggregating", "phase Persisting Closing", "phase Persisting Finished", "phase Closing Finished",
    ];

    /// <summary>
    /// Gossip mode: every kind of fault, every end of a peer, every belief about members, every phase and change of phase that a status
    /// shows, and the refusals of the exchange.
    /// </summary>
    public static IReadOnlyList<string> Gossip { get; } =
    [
        .. GossipSchedule.Kinds.Append(FaultKind.RemovedPeer).Select(kind => $"fault {kind}"),
        .. Enum.GetValues<PeerOutcome>().Select(outcome => $"outcome {outcome}"),
        .. Enum.GetValues<MemberState>().Select(state => $"member {state}"),
        .. Enum.GetValues<LearningPhase>().Select(phase => $"phase {phase}"),
        "phase AwaitingStandard Training", "phase AwaitingStandard Done", "phase Training Collecting", "phase Training Aggregating", "phase Training Done",
        "phase Training AwaitingStandard", "phase Collecting Training", "phase Collecting Aggregating", "phase Collecting Done", "phase Aggregating Training",
        "phase Aggregating Done", "phase Done Training", "phase Done AwaitingStandard",
        .. Enum.GetValues<ExchangeRefusal>().Select(Exchange).Where(refused => !Excused.ContainsKey(refused)),
        "session begun", "session resumed", "frames sent again",
        $"log Passed {RefusalWords.Of("NotWelcomed")}", $"log RefusedFrom {RefusalWords.Of("Standard")}", "log Equivocation", "log NewIncarnation", "log Removed", "not welcomed mismatch", "removal refused",
        "restarted actor", "escalated failure", "lost writes", "mailbox full", "mailbox in use", "queue towards a node full", "work on a large body", "converged", "version given out again unknowingly",
    ];

    /// <summary>What a peer's refusal in the exchange is counted as: one that happens to honest neighbours is passed over.</summary>
    internal static string Exchange(ExchangeRefusal refusal) =>
        $"log {(refusal is ExchangeRefusal.UnaskedDigest or ExchangeRefusal.NoSuchBody ? "Passed" : "RefusedFrom")} {RefusalWords.Of(refusal.ToString())}";

    private static bool IsNoted(RefusalReason reason) =>
        reason is RefusalReason.TrainingFailed or RefusalReason.Lost or RefusalReason.NoAnswer or RefusalReason.EvaluationFailed or RefusalReason.AggregationFailed;
}
