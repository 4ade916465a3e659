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
    /// <summary>
    /// Coordinated mode: every kind of fault, every outcome, every timer, every refusal and every change of phase. One refusal is left
    /// out: an average that is full takes two million updates, or examples by the million. So are a registration beyond the most members,
    /// which takes a million, and the wait for workers behind a lost combiner, which these runs do not have.
    /// </summary>
    public static IReadOnlyList<string> Coordinated { get; } =
    [
        .. CoordinatedSchedule.Kinds.Select(kind => $"fault {kind}"),
        .. Enum.GetValues<RunOutcome>().Select(outcome => $"outcome {outcome}"),
        .. Enum.GetValues<RoundTimerKind>().Where(kind => kind != RoundTimerKind.Return).Select(kind => $"timer {kind}"),
        .. Enum.GetValues<RefusalReason>().Where(IsRefusedToTheSender).Select(reason => $"refused {reason.Code()}"),
        .. Enum.GetValues<RefusalReason>().Where(IsNoted).Select(reason => $"noted {reason.Code()}"),
        .. ((RegistrationRefusal[])
        [
            RegistrationRefusal.DuplicateMember, RegistrationRefusal.DuplicateSite, RegistrationRefusal.MismatchedModel, RegistrationRefusal.WrongSiteData, RegistrationRefusal.InvalidName,
        ]).Select(refusal => $"not admitted {refusal.Code()}"),
        "restarted actor", "mailbox full", "mailbox in use", "escalated failure", "lost writes", "update held", "update of an earlier round", "effect BackfillEvaluation", "effect EvaluateCommitted", "effect ReportLost",
        "phase New Starting", "phase Starting Beginning", "phase Starting Finished", "phase Beginning Collecting", "phase Beginning AwaitingAggregator",
        "phase AwaitingAggregator Collecting", "phase AwaitingAggregator Finished", "phase Collecting Aggregating", "phase Collecting AwaitingAggregator",
        "phase Collecting Finished", "phase Aggregating Evaluating", "phase Aggregating Persisting", "phase Aggregating Collecting",
        "phase Aggregating AwaitingAggregator", "phase Aggregating Finished", "phase Evaluating Persisting", "phase Persisting Collecting", "phase Persisting Aggregating", "phase Persisting Closing", "phase Persisting Finished", "phase Closing Finished",
    ];

    /// <summary>
    /// Gossip mode: every kind of fault, every end of a peer, every belief about members, every phase and change of phase that a status
    /// shows, and the refusals of the exchange. Left out are those that take TLS, and those whose messages the wire does not let through.
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
        .. ((ExchangeRefusal[])
        [
            ExchangeRefusal.ForgedKey, ExchangeRefusal.FutureStamp, ExchangeRefusal.Malformed, ExchangeRefusal.OversizedBody, ExchangeRefusal.Full,
            ExchangeRefusal.WrongChunk, ExchangeRefusal.WrongBody,
        ]).Select(refusal => $"log RefusedFrom {RefusalWords.Of(refusal.ToString())}"),
        .. ((ExchangeRefusal[])[ExchangeRefusal.UnaskedDigest, ExchangeRefusal.NoSuchBody]).Select(refusal => $"log Passed {RefusalWords.Of(refusal.ToString())}"),
        $"log Passed {RefusalWords.Of("NotWelcomed")}", $"log RefusedFrom {RefusalWords.Of("Standard")}", "log Equivocation", "log NewIncarnation", "log Removed", "not welcomed mismatch", "removal refused",
        "restarted actor", "escalated failure", "lost writes", "mailbox full", "mailbox in use", "queue towards a node full", "work on a large body", "converged", "version given out again unknowingly",
    ];

    private static bool IsRefusedToTheSender(RefusalReason reason) => !IsNoted(reason) && reason != RefusalReason.AverageFull;

    private static bool IsNoted(RefusalReason reason) =>
        reason is RefusalReason.TrainingFailed or RefusalReason.Lost or RefusalReason.NoAnswer or RefusalReason.EvaluationFailed or RefusalReason.AggregationFailed;
}
