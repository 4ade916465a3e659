using FedActors.FL.Configuration;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class CollectingTests
{
    [Theory]
    [InlineData(UpdateWeights.Auto, "fedavg", 100)]
    [InlineData(UpdateWeights.Auto, "scaffold", 1)]
    [InlineData(UpdateWeights.Samples, "scaffold", 100)]
    [InlineData(UpdateWeights.Batches, "fedavg", 12)]
    [InlineData(UpdateWeights.Equal, "fedavg", 1)]
    public void Update_Weights_CountsForWhatTheRulesSay(string weights, string strategy, double expected)
    {
        FederationOptions rules = RoundScript.Rules();
        RoundScript script = RoundScript.Collecting(rules with { Strategy = new StrategyOptions { Name = strategy }, Participation = rules.Participation with { Weights = weights } });

        script.Do(script.Update("A") with { Figures = RoundScript.Figures with { Steps = 12 } });

        script.Single<HandOverUpdate>().Weight.Should().Be(expected);
    }

    [Fact]
    public void Round_AllAnswer_ClosesCommitsThenAnnouncesThenAsksTheNext()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("B", "A", "D");
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);

        script.Answer("C");
        script.Single<CloseAggregation>().Should().Be(new CloseAggregation(RoundScript.AggregatorSession, 1, 1));
        script.Armed.Keys.Should().Equal(RoundTimerKind.Aggregate);

        script.Aggregate("D", "C", "B", "A");
        script.Last.Where(effect => effect is AdoptAggregate or EvaluateCandidate).Should().HaveCount(2);

        script.Evaluate();
        RoundSummary summary = script.Single<PersistRound>().Summary;
        summary.Participants.Select(p => p.WorkerId).Should().Equal("A", "B", "C", "D");
        summary.Evaluated.Should().BeTrue();
        script.Last.Should().NotContain(effect => effect is AnnounceRound, "nothing is announced before it is durable");

        script.Persist();
        script.Single<AnnounceRound>().Should().BeEquivalentTo(new { Round = 1, Last = false });
        script.Single<OpenAggregation>().Round.Should().Be(2);
    }

    [Fact]
    public void Round_WorkerLostAndQuorumThere_ClosesWithoutIt()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A", "B", "C");

        script.Lose("D");

        script.Single<CloseAggregation>();
    }

    [Fact]
    public void Round_WorkerLostBelowQuorum_WaitsForItUntilTheDeadlineAndAsksItAgain()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(workers: 3));
        script.Answer("A", "B").Lose("C");
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);
        script.Single<ReportWaiting>().Cause.Should().Contain("needs 1 more");

        script.Worker("C", incarnation: 2);
        script.Asked().Should().Equal("C");

        script.Answer("C").Single<CloseAggregation>();
    }

    [Fact]
    public void Round_OpenedWhileANeededWorkerIsAway_WaitsForItUntilTheDeadline()
    {
        // The others answered from memory at once, and every attempt was used up within milliseconds of the worker's death.
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(workers: 3));
        script.Answer("A", "B", "C").Aggregate("A", "B", "C").Lose("C").Evaluate().Persist();
        script.Answer("A", "B");
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);
        script.Machine.Attempt.Should().Be(1);

        script.Worker("C", incarnation: 2);
        script.Asked().Should().Equal("C");

        script.Answer("C").Single<CloseAggregation>();
    }

    [Fact]
    public void Round_AcceptedWorkerLost_KeepsItsUpdate()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A").Lose("A").Answer("B", "C", "D");

        script.Aggregate("A", "B", "C", "D").Evaluate();

        script.Single<PersistRound>().Summary.Participants.Should().HaveCount(4);
    }

    [Fact]
    public void Round_AcceptedWorkerRejoins_IsNotAskedAgain()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A").Worker("A", incarnation: 2);

        script.Asked().Should().BeEmpty();
    }

    [Fact]
    public void Round_DeadlineWithQuorum_ClosesAndNamesWhoDidNotAnswer()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A", "B", "C").Elapse(RoundTimerKind.Deadline);
        script.Single<CloseAggregation>();

        script.Aggregate("A", "B", "C").Evaluate();

        script.Single<PersistRound>().Summary.Refusals.Should().ContainSingle().Which.Should().BeEquivalentTo(new { MemberId = "D", Reason = RefusalReason.NoAnswer });
    }

    [Fact]
    public void Round_DeadlineBelowQuorum_AsksAgainThenEndsBelowParticipationNamingTheMissing()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A", "B").Lose("D");
        for (int attempt = 2; attempt <= 3; attempt++)
        {
            script.Elapse(RoundTimerKind.Deadline);
            script.Single<OpenAggregation>().Attempt.Should().Be(attempt);
            script.Answer("A", "B");
        }

        script.Elapse(RoundTimerKind.Deadline);

        FinishRun finish = script.Single<FinishRun>();
        finish.Outcome.Should().Be(RunOutcome.BelowParticipation);
        finish.Reason.Should().Contain("2 of the 3 updates").And.Contain("C (no answer within 30 s)").And.Contain("D (not here)");
    }

    [Fact]
    public void Round_AllAnsweredButTooManyFailed_AsksAgainAtOnce()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A", "B").Fail("C").Fail("D");

        script.Single<OpenAggregation>().Attempt.Should().Be(2);
        script.Asked().Should().Equal("A", "B", "C", "D");
    }

    [Fact]
    public void Round_TrainingFails_IsRecordedWithTheFailuresOwnText()
    {
        RoundScript script = RoundScript.Collecting();
        script.Fail("D").Answer("A", "B", "C").Aggregate("A", "B", "C").Evaluate();

        script.Single<PersistRound>().Summary.Refusals.Should().ContainSingle()
            .Which.Should().Be(new RoundRefusal("D", RefusalReason.TrainingFailed, "out of memory"));
    }

    [Fact]
    public void Round_FractionBelowOne_AsksSomeAndRecruitsWhenTheyFail()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(workers: 10, minWorkers: 2, fraction: 0.2));
        string[] cohort = script.Asked();
        cohort.Should().HaveCount(2);

        script.Lose(cohort[0]);

        script.Asked().Should().ContainSingle().And.NotIntersectWith(cohort);
    }

    [Fact]
    public void Round_AllWorkersGone_StillHasADeadline()
    {
        RoundScript script = RoundScript.Collecting();
        script.Lose("A").Lose("B").Lose("C").Lose("D");

        script.Armed.Keys.Should().Equal(RoundTimerKind.Deadline);
        script.Elapse(RoundTimerKind.Deadline).Elapse(RoundTimerKind.Deadline).Elapse(RoundTimerKind.Deadline);
        script.Single<FinishRun>().Outcome.Should().Be(RunOutcome.BelowParticipation);
    }

    [Fact]
    public void Round_StaleTimer_IsIgnored()
    {
        RoundScript script = RoundScript.Collecting();
        RoundTimer first = script.Armed[RoundTimerKind.Deadline].Timer;
        script.Round("A", "B", "C", "D");

        script.Do(new TimerElapsed(first)).Last.Should().BeEmpty();

        script.Armed[RoundTimerKind.Deadline].Timer.Should().NotBe(first);
    }

    [Fact]
    public void Metrics_WeightedBySamples_DoNotDependOnTheOrderOfArrival()
    {
        double[] losses = [.. new[] { new[] { "A", "B", "C", "D" }, ["D", "B", "C", "A"] }.Select(order =>
        {
            RoundScript script = RoundScript.Collecting();
            foreach (string worker in order)
            {
                script.Do(script.Update(worker) with { Figures = new UpdateFigures(worker[0] - 'A' + 1, 0.1 * worker[0], 0.5, TimeSpan.Zero) });
            }

            return script.Aggregate(order).Evaluate().Single<PersistRound>().Summary.TrainLoss;
        })];

        losses[0].Should().Be(losses[1]);
    }
}
