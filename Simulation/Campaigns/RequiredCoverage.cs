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
    /// out: an average that is full takes two million updates. So is a registration beyond the most members, which takes a million.
    /// </summary>
    public static IReadOnlyList<string> Coordinated { get; } =
    [
        .. CoordinatedSchedule.Kinds.Select(kind => $"fault {kind}"),
        .. Enum.GetValues<RunOutcome>().Select(outcome => $"outcome {outcome}"),
        .. Enum.GetValues<RoundTimerKind>().Where(kind => kind != RoundTimerKind.Closing).Select(kind => $"timer {kind}"),
        .. Enum.GetValues<RefusalReason>().Where(IsRefusedToTheSender).Select(reason => $"refused {reason.Code()}"),
        .. Enum.GetValues<RefusalReason>().Where(IsNoted).Select(reason => $"noted {reason.Code()}"),
        .. ((RegistrationRefusal[])
        [
            RegistrationRefusal.DuplicateMember, RegistrationRefusal.DuplicateSite, RegistrationRefusal.MismatchedModel, RegistrationRefusal.WrongSiteData,
        ]).Select(refusal => $"not admitted {refusal.Code()}"),
        "restarted actor", "mailbox full", "mailbox in use", "escalated failure", "lost writes", "update held", "update of an earlier round", "effect BackfillEvaluation", "effect EvaluateCommitted", "effect ReportLost",
        "phase New Starting", "phase Starting Beginning", "phase Starting Finished", "phase Beginning Collecting", "phase Beginning AwaitingAggregator",
        "phase AwaitingAggregator Collecting", "phase AwaitingAggregator Finished", "phase Collecting Aggregating", "phase Collecting AwaitingAggregator",
        "phase Collecting Finished", "phase Aggregating Evaluating", "phase Aggregating Persisting", "phase Aggregating Collecting",
        "phase Aggregating AwaitingAggregator", "phase Aggregating Finished", "phase Evaluating Persisting", "phase Persisting Collecting", "phase Persisting Aggregating", "phase Persisting Finished",
    ];

    /// <summary>Gossip mode: every kind of fault, every end of a peer, every belief about members and every phase.</summary>
    public static IReadOnlyList<string> Gossip { get; } =
    [
        .. GossipSchedule.Kinds.Select(kind => $"fault {kind}"),
        .. Enum.GetValues<PeerOutcome>().Select(outcome => $"outcome {outcome}"),
        .. Enum.GetValues<MemberState>().Select(state => $"member {state}"),
        .. Enum.GetValues<LearningPhase>().Select(phase => $"phase {phase}"),
    ];

    private static bool IsRefusedToTheSender(RefusalReason reason) => !IsNoted(reason) && reason != RefusalReason.AverageFull;

    private static bool IsNoted(RefusalReason reason) =>
        reason is RefusalReason.TrainingFailed or RefusalReason.Lost or RefusalReason.NoAnswer or RefusalReason.EvaluationFailed or RefusalReason.AggregationFailed;
}
