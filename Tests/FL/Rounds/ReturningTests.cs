using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class ReturningTests
{
    private static readonly string[] All = ["A", "B", "C", "D"];

    [Fact]
    public void Combiner_LostInCollection_QuorumAloneDoesNotCloseTheRound()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(minWorkers: 2));
        script.Answer("A", "B").Do(Gone(script, "C")).Do(Gone(script, "D"));
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);
        script.Armed[RoundTimerKind.Return].After.Should().Be(script.Options.Participation.RoleTimeout);

        script.Worker("C", node: "elsewhere").Asked().Should().Equal("C");
        script.Worker("D", node: "elsewhere").Asked().Should().Equal("D");

        script.Armed.Should().NotContainKey(RoundTimerKind.Return);
        script.Answer("C", "D").Aggregate(All).Evaluate();
        script.Single<PersistRound>().Summary.Should().BeEquivalentTo(new { Cohort = All, Attempts = 1 });
    }

    [Fact]
    public void Combiner_LostWithUpdates_SameCohortIsAskedAgainAndTheAbsentWhenTheyAreBack()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(minWorkers: 1));
        script.Answer("A", "B", "C").Do(Gone(script, "C"))
            .Do(new AggregationFailureReceived(RoundScript.AggregatorSession, RoundScript.Run, 1, 1, "combiner east was lost", "east"));

        script.Asked().Should().Equal("A", "B", "D");
        script.Answer("A", "B", "D");
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);
        script.Worker("C", node: "elsewhere").Answer("C").Aggregate(All).Evaluate();

        RoundSummary summary = script.Single<PersistRound>().Summary;
        summary.Participants.Should().HaveCount(4);
        summary.Refusals.Should().ContainSingle().Which.Should().Be(new RoundRefusal("east", RefusalReason.AggregationFailed, "combiner east was lost"));
    }

    /// <summary>Five lost combiners in a round ended the run, as if the aggregator had failed five times.</summary>
    [Fact]
    public void Combiners_FailingMoreOftenThanAnAggregatorMay_DoNotEndTheRunUnlessTheyAreAFlood()
    {
        RoundScript script = RoundScript.Collecting();
        for (int attempt = 1; attempt < RoundLimits.MaxCombinerFailures; attempt++)
        {
            script.Do(Failed(attempt)).Asked().Should().Equal(All);
        }

        script.Do(Failed(RoundLimits.MaxCombinerFailures)).Single<FinishRun>().Outcome.Should().Be(RunOutcome.Failed);

        static AggregationFailureReceived Failed(int attempt) =>
            new(RoundScript.AggregatorSession, RoundScript.Run, 1, attempt, "a combiner was lost", $"combiner-{attempt}");
    }

    [Fact]
    public void Combiner_LostBetweenRounds_NextCohortIsTheSame()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(minWorkers: 2, fraction: 0.5));
        RoundScript undisturbed = RoundScript.Collecting(RoundScript.Rules(minWorkers: 2, fraction: 0.5));
        string[] first = [.. script.Asked()];
        string[] next = CommitRound(undisturbed, first);

        script.Answer(first);
        foreach (string worker in All)
        {
            script.Do(Gone(script, worker));
        }

        script.Aggregate(first).Evaluate().Do(new RoundPersisted(1));

        script.Asked().Should().BeEmpty();
        All.SelectMany(worker => script.Worker(worker, node: "elsewhere").Asked()).Should().Equal(next);
    }

    [Fact]
    public void Worker_NotBackWithinTheWait_IsLostAndTheRoundCloses()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(minWorkers: 3));
        script.Answer("A", "B", "C").Do(Gone(script, "D")).Elapse(RoundTimerKind.Return);

        script.Machine.Phase.Should().Be(RoundPhase.Aggregating);
        script.Aggregate("A", "B", "C").Evaluate();
        script.Single<PersistRound>().Summary.Refusals.Should().ContainSingle().Which.Should().BeEquivalentTo(new { MemberId = "D", Reason = RefusalReason.Lost });
        script.Do(new RoundPersisted(1)).Asked().Should().Equal("A", "B", "C");
    }

    [Fact]
    public void Worker_NotBackAtTheDeadline_IsNotWaitedForInTheNextRound()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(minWorkers: 3));
        script.Answer("A", "B", "C").Do(Gone(script, "D")).Elapse(RoundTimerKind.Deadline);
        script.Aggregate("A", "B", "C").Evaluate().Do(new RoundPersisted(1));

        script.Asked().Should().Equal("A", "B", "C");
        script.Armed.Should().NotContainKey(RoundTimerKind.Return);
    }

    private static string[] CommitRound(RoundScript script, string[] cohort) =>
        [.. script.Answer(cohort).Aggregate(cohort).Evaluate().Do(new RoundPersisted(1)).Asked()];

    private static MemberLost Gone(RoundScript script, string worker) => new(script.Session(worker), "its combiner was lost", MayReturn: true);
}
