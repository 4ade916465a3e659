using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class PersistingTests
{
    private static readonly string[] All = ["A", "B", "C", "D"];

    [Fact]
    public void Storage_FailsForNow_IsTriedAgainWithGrowingPauses()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate(All).Evaluate().Do(new StorageFailed(1, "disk full", MayPass: true));
        script.Single<ReportWaiting>().Cause.Should().Contain("disk full");
        script.Armed[RoundTimerKind.StorageRetry].After.Should().Be(TimeSpan.FromSeconds(1));

        script.Elapse(RoundTimerKind.StorageRetry).Single<PersistRound>().Summary.Round.Should().Be(1);
        script.Do(new StorageFailed(1, "disk full", MayPass: true)).Armed[RoundTimerKind.StorageRetry].After.Should().Be(TimeSpan.FromSeconds(2));

        script.Elapse(RoundTimerKind.StorageRetry).Persist().Single<AnnounceRound>().Round.Should().Be(1);
    }

    [Fact]
    public void Storage_KeepsFailing_EndsTheRunAsFailed()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate(All).Evaluate();
        for (int i = 1; i < RoundLimits.MaxStorageAttempts; i++)
        {
            script.Do(new StorageFailed(1, "disk full", MayPass: true)).Elapse(RoundTimerKind.StorageRetry);
        }

        script.Do(new StorageFailed(1, "disk full", MayPass: true));

        script.Single<FinishRun>().Should().BeEquivalentTo(new { Outcome = RunOutcome.Failed, Reason = "round 1 could not be stored: disk full" });
        script.Machine.CommittedRounds.Should().Be(0);
    }

    [Fact]
    public void Storage_Contradiction_EndsTheRunAtOnce()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer(All).Aggregate(All).Evaluate().Do(new StorageFailed(1, "round 1 exists", MayPass: false));

        script.Single<FinishRun>().Outcome.Should().Be(RunOutcome.Failed);
    }

    [Fact]
    public void Storage_BeginningFails_IsTriedAgain()
    {
        RoundScript script = new();
        script.Open().Aggregator().Evaluator().Worker("A").Worker("B").Worker("C").Worker("D");

        script.Do(new StorageFailed(0, "busy", MayPass: true)).Lose("C").Elapse(RoundTimerKind.StorageRetry);

        script.Single<BeginRun>().Workers.Should().Equal(["A", "B", "C", "D"], "the failed write may have happened, and two tries must not say two things");
    }

    [Fact]
    public void Persisted_AnotherRound_IsIgnored()
    {
        RoundScript script = RoundScript.Collecting();

        script.Do(new RoundPersisted(1)).Single<ReportIgnored>();

        script.Machine.CommittedRounds.Should().Be(0);
    }
}
