using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class AggregatingTests
{
    private static readonly string[] All = ["A", "B", "C", "D"];

    [Fact]
    public void AggregatorLost_InCollection_SameCohortIsAskedAgainWhenItReturns()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A", "B").Do(new MemberLost(RoundScript.AggregatorSession, "killed"));
        script.Machine.Phase.Should().Be(RoundPhase.AwaitingAggregator);
        script.Armed.Keys.Should().Equal(RoundTimerKind.Aggregator);

        script.Aggregator(901);

        script.Single<OpenAggregation>().Should().Be(new OpenAggregation(901, 1, 2));
        script.Asked().Should().Equal(All);
        script.Answer(All).Aggregate(901, All).Evaluate();
        script.Single<PersistRound>().Summary.Attempts.Should().Be(2);
    }

    [Fact]
    public void AggregatorLost_BeforeItAnswered_RoundIsAskedAgain()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Do(new MemberLost(RoundScript.AggregatorSession, "killed")).Aggregator(901);

        script.Asked().Should().Equal(All);
    }

    [Fact]
    public void AggregatorRegistersAnew_InCollection_RoundStartsOver()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A").Aggregator();

        script.Single<OpenAggregation>().Attempt.Should().Be(2);
    }

    [Fact]
    public void AggregatorRegistersAnew_BeforeAnyUpdate_OnlyOpensAgain()
    {
        RoundScript script = RoundScript.Collecting();
        script.Aggregator();

        script.Single<OpenAggregation>().Should().Be(new OpenAggregation(RoundScript.AggregatorSession, 1, 1));
        script.Asked().Should().BeEmpty();
    }

    [Fact]
    public void AggregatorAbsent_TooLong_RunFailsSayingSo()
    {
        RoundScript script = RoundScript.Collecting();
        script.Do(new MemberLost(RoundScript.AggregatorSession, "killed")).Elapse(RoundTimerKind.Aggregator).Elapse(RoundTimerKind.Aggregator);

        script.Single<FinishRun>().Should().BeEquivalentTo(new { Outcome = RunOutcome.Failed });
        script.Single<FinishRun>().Reason.Should().Contain("no aggregator within 10 s");
    }

    [Fact]
    public void WorkerLost_AfterItAnsweredAnAttemptThatFailed_IsNamedInTheRecord()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Lose("D").Elapse(RoundTimerKind.Aggregate);

        // The record had three participants of four that were asked, and no word of the fourth.
        script.Answer("A", "B", "C").Aggregate("A", "B", "C").Evaluate();
        script.Single<PersistRound>().Summary.Refusals.Should().ContainSingle(refusal => refusal.MemberId == "D").Which.Reason.Should().Be(RefusalReason.Lost);
    }

    [Fact]
    public void WorkerLost_BeforeItAnsweredAndStillAwayInTheNextAttempt_IsNamedOnce()
    {
        RoundScript script = RoundScript.Collecting();
        script.Lose("D").Answer("A", "B", "C").Elapse(RoundTimerKind.Aggregate);

        script.Answer("A", "B", "C").Aggregate("A", "B", "C").Evaluate();
        script.Single<PersistRound>().Summary.Refusals.Should().ContainSingle(refusal => refusal.MemberId == "D");
    }

    [Fact]
    public void Aggregator_Silent_IsAskedAnewAfterTheRoleTimeout()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Elapse(RoundTimerKind.Aggregate);

        script.Single<OpenAggregation>().Attempt.Should().Be(2);
    }

    [Fact]
    public void Sums_OnTheirWay_HaveAsLongAsUpdatesHaveAndTheAggregatorItsOwnTimeAfterThem()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All);
        script.Armed[RoundTimerKind.Aggregate].After.Should().Be(TimeSpan.FromSeconds(10));

        script.Do(Awaited(2));
        script.Armed[RoundTimerKind.Aggregate].After.Should().Be(TimeSpan.FromSeconds(30));
        (RoundTimer Timer, TimeSpan) armed = script.Armed[RoundTimerKind.Aggregate];
        script.Do(Awaited(1));
        script.Armed[RoundTimerKind.Aggregate].Should().Be(armed, "the sum of one does not give the other more time");
        script.Do(Awaited(0));
        script.Armed[RoundTimerKind.Aggregate].After.Should().Be(TimeSpan.FromSeconds(10));

        script.Aggregate(All).Single<AdoptAggregate>();

        static SumsAwaited Awaited(int combiners) => new(RoundScript.AggregatorSession, RoundScript.Run, 1, 1, combiners);
    }

    [Fact]
    public void Sums_OfAnEarlierAttempt_ChangeNoTimer()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Elapse(RoundTimerKind.Aggregate).Answer(All);

        script.Do(new SumsAwaited(RoundScript.AggregatorSession, RoundScript.Run, 1, 1, 3));

        script.Armed[RoundTimerKind.Aggregate].After.Should().Be(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Aggregate_LacksAnAcceptedUpdate_IsNotTaken()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate("A", "B", "C");

        script.Last.Should().NotContain(effect => effect is AdoptAggregate);
        script.Single<OpenAggregation>().Attempt.Should().Be(2);
    }

    [Fact]
    public void Aggregate_OfAnEarlierAttemptOrAnotherSender_IsIgnored()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Elapse(RoundTimerKind.Aggregate).Answer(All);

        script.Do(new AggregateReceived(RoundScript.AggregatorSession, RoundScript.Run, 1, 1, All)).Single<ReportIgnored>();
        script.Do(new AggregateReceived(script.Session("A"), RoundScript.Run, 1, 2, All)).Single<ReportIgnored>();
        script.Machine.Phase.Should().Be(RoundPhase.Aggregating);
    }

    [Fact]
    public void AccumulationRefused_WhileAggregating_RoundGoesOnWithTheRest()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Do(new AccumulationRefused(RoundScript.AggregatorSession, RoundScript.Run, 1, 1, "B", new Objection(RefusalReason.OutOfRange, "too large")));
        script.Refused().Should().Be(RefusalReason.OutOfRange);

        script.Aggregate("A", "C", "D").Single<AdoptAggregate>();
    }

    [Fact]
    public void AccumulationRefused_BelowQuorum_RoundIsAskedAgain()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(workers: 3));
        script.Answer("A", "B", "C").Do(new AccumulationRefused(RoundScript.AggregatorSession, RoundScript.Run, 1, 1, "B", new Objection(RefusalReason.OutOfRange, "too large")));

        script.Single<OpenAggregation>().Attempt.Should().Be(2);
    }
}
