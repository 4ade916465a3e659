using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Gossip;
using FedActors.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>Every kind that the code has is one that a campaign must reach, or one that is excused with a reason.</summary>
public sealed class RequiredCoverageTests
{
    public static TheoryData<string> OfCoordinated =>
    [
        .. Enum.GetValues<RefusalReason>().Select(reason => $"refused {reason.Code()}|noted {reason.Code()}"),
        .. Enum.GetValues<RegistrationRefusal>().Select(refusal => $"not admitted {refusal.Code()}"),
        .. Enum.GetValues<RoundTimerKind>().Select(kind => $"timer {kind}"),
        .. Enum.GetValues<RunOutcome>().Select(outcome => $"outcome {outcome}"),
        .. Enum.GetValues<RoundPhase>().Where(phase => phase != RoundPhase.New).Select(phase => $"phase * {phase}"),
        .. CoordinatedSchedule.Kinds.Select(kind => $"fault {kind}"),
    ];

    public static TheoryData<string> OfGossip =>
    [
        .. Enum.GetValues<ExchangeRefusal>().Select(refusal => $"log RefusedFrom {RefusalWords.Of(refusal.ToString())}|log Passed {RefusalWords.Of(refusal.ToString())}"),
        .. Enum.GetValues<PeerOutcome>().Select(outcome => $"outcome {outcome}"),
        .. Enum.GetValues<MemberState>().Select(state => $"member {state}"),
        .. Enum.GetValues<LearningPhase>().Select(phase => $"phase * {phase}"),
        .. GossipSchedule.Kinds.Select(kind => $"fault {kind}"),
    ];

    [Theory]
    [MemberData(nameof(OfCoordinated))]
    public void Coordinated_KindOfTheCode_IsRequiredOrExcused(string kind) => IsListed(kind, RequiredCoverage.Coordinated).Should().BeTrue();

    [Theory]
    [MemberData(nameof(OfGossip))]
    public void Gossip_KindOfTheCode_IsRequiredOrExcused(string kind) => IsListed(kind, RequiredCoverage.Gossip).Should().BeTrue();

    [Fact]
    public void Faults_EveryKind_HappenInOneModeAtLeast() =>
        CoordinatedSchedule.Kinds.Concat(GossipSchedule.Kinds).Append(FaultKind.RemovedPeer).Distinct().Should().BeEquivalentTo(Enum.GetValues<FaultKind>());

    [Fact]
    public void Excused_Each_HasAReasonAndIsNotRequired()
    {
        RequiredCoverage.Excused.Values.Should().OnlyContain(reason => reason.Length > 20);
        RequiredCoverage.Excused.Keys.Should().NotIntersectWith(RequiredCoverage.Coordinated).And.NotIntersectWith(RequiredCoverage.Gossip);
    }

    [Fact]
    public async Task Campaign_KindThatIsNeverHit_IsMissing()
    {
        CampaignReport report = await new Campaign(() => new IdleSimulator(), firstSeed: 1, schedules: 3).RunAsync();

        report.Missing.Should().Equal("fault Never");
    }

    // One of several names is enough, and a star stands for any word.
    private static bool IsListed(string names, IReadOnlyList<string> required) => names.Split('|').Any(name =>
        required.Concat(RequiredCoverage.Excused.Keys).Any(listed => listed == name || (name.Contains('*', StringComparison.Ordinal) && Fits(listed, name))));

    private static bool Fits(string listed, string pattern) =>
        listed.StartsWith(pattern[..pattern.IndexOf('*', StringComparison.Ordinal)], StringComparison.Ordinal) && listed.EndsWith(pattern[(pattern.IndexOf('*', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
}
