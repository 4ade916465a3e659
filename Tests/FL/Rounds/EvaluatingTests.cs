using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class EvaluatingTests
{
    private static readonly string[] All = ["A", "B", "C", "D"];

    [Fact]
    public void Evaluator_Lost_RoundWaitsForItsReturn()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate(All).Do(new MemberLost(RoundScript.EvaluatorSession, "killed"));
        script.Single<ReportWaiting>().Cause.Should().Contain("evaluator");

        script.Evaluator(801).Single<EvaluateCandidate>().Session.Should().Be(801);
        script.Evaluate(801).Single<PersistRound>().Summary.Evaluated.Should().BeTrue();
    }

    [Fact]
    public void Evaluator_Absent_CommitsAfterOneWaitAndBackfillsWhenItReturns()
    {
        RoundScript script = RoundScript.Collecting();
        script.Do(new MemberLost(RoundScript.EvaluatorSession, "killed")).Answer(All).Aggregate(All).Elapse(RoundTimerKind.Evaluation);
        script.Single<PersistRound>().Summary.Evaluated.Should().BeFalse();
        script.Persist().Answer(All).Aggregate(All).Single<PersistRound>();
        script.Persist();

        script.Evaluator(801).Single<EvaluateCommitted>().Round.Should().Be(2, "the newest is the likeliest to be kept");
        script.Do(new EvaluationReceived(801, RoundScript.Run, 2, 0));
        script.Single<BackfillEvaluation>().Round.Should().Be(2);
        script.Single<EvaluateCommitted>().Round.Should().Be(1);
        script.Do(new ParametersUnavailable(1)).Last.Should().BeEmpty();
    }

    [Fact]
    public void EvaluatorSilent_AnswersLate_IsBackfilledAndTrustedAgain()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate(All).Elapse(RoundTimerKind.Evaluation).Persist();
        script.Last.Should().NotContain(effect => effect is EvaluateCommitted, "it was asked already");

        script.Do(new EvaluationReceived(RoundScript.EvaluatorSession, RoundScript.Run, 1, 1)).Single<BackfillEvaluation>().Round.Should().Be(1);

        script.Answer(All).Aggregate(All).Single<EvaluateCandidate>().Round.Should().Be(2);
    }

    [Fact]
    public void Evaluation_Fails_RoundIsCommittedWithTheReason()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate(All).Do(new EvaluationFailureReceived(RoundScript.EvaluatorSession, RoundScript.Run, 1, 1, "no rows"));

        RoundSummary summary = script.Single<PersistRound>().Summary;
        summary.Evaluated.Should().BeFalse();
        summary.Refusals.Should().Contain(new RoundRefusal("evaluator", RefusalReason.EvaluationFailed, "no rows"));
        script.Persist().Last.Should().NotContain(effect => effect is EvaluateCommitted);
    }

    [Fact]
    public void Evaluation_FromAnotherSender_IsIgnored()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate(All).Evaluate(script.Session("A"));

        script.Single<ReportIgnored>();
        script.Machine.Phase.Should().Be(RoundPhase.Evaluating);
    }

    [Fact]
    public void Evaluator_NeverThere_CostsNoRoundAWait()
    {
        RoundScript script = RoundScript.Collecting(evaluator: false);

        script.Answer(All).Aggregate(All).Single<PersistRound>();
    }

    [Fact]
    public void LastRound_EvaluationsOutstanding_AreWaitedForOnce()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(rounds: 1));
        script.Answer(All).Aggregate(All).Elapse(RoundTimerKind.Evaluation).Do(new MemberLost(RoundScript.EvaluatorSession, "killed"));
        script.Machine.Phase.Should().Be(RoundPhase.Persisting);
        script.Evaluator(801).Persist();
        script.Machine.Phase.Should().Be(RoundPhase.Closing);
        script.Single<AnnounceRound>().Last.Should().BeTrue();
        script.Single<EvaluateCommitted>().Round.Should().Be(1);

        script.Do(new EvaluationReceived(801, RoundScript.Run, 1, 0));

        script.Last.OfType<BackfillEvaluation>().Should().ContainSingle();
        script.Single<FinishRun>().Outcome.Should().Be(RunOutcome.Finished);
    }

    [Fact]
    public void LastRound_Evaluated_FinishesAtOnce()
    {
        RoundScript script = RoundScript.Collecting(RoundScript.Rules(rounds: 1));

        script.Round(All);

        script.Single<AnnounceRound>().Last.Should().BeTrue();
        script.Single<FinishRun>().Outcome.Should().Be(RunOutcome.Finished);
    }
}
