using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class UpdateRefusalTests
{
    [Fact]
    public void Update_UnknownWorker_IsRefused()
    {
        RoundScript script = RoundScript.Collecting();
        Refuses(script, script.Update("A") with { WorkerId = "Z" }, RefusalReason.UnknownWorker);
    }

    [Fact]
    public void Update_NameOfAnother_IsForgedAndLeavesTheOwnerFree()
    {
        RoundScript script = RoundScript.Collecting();
        Refuses(script, script.Update("A") with { WorkerId = "B" }, RefusalReason.Forged);
        script.Single<RefuseUpdate>().Session.Should().Be(script.Session("A"));

        script.Answer("B").Single<HandOverUpdate>();
    }

    [Fact]
    public void Update_OtherRun_IsRefused()
    {
        RoundScript script = RoundScript.Collecting();
        Refuses(script, script.Update("A") with { RunId = "other" }, RefusalReason.WrongRun);
    }

    [Fact]
    public void Update_CommittedRound_IsStale()
    {
        RoundScript script = RoundScript.Collecting();
        UpdateReceived old = script.Update("A");
        script.Round("A", "B", "C", "D");

        Refuses(script, old, RefusalReason.Stale);
    }

    [Fact]
    public void Update_RoundToCome_IsFuture()
    {
        RoundScript script = RoundScript.Collecting();
        Refuses(script, script.Update("A") with { Round = 2 }, RefusalReason.Future);
    }

    [Fact]
    public void Update_BeforeTheFirstRound_IsFuture()
    {
        RoundScript script = new();
        script.Open().Worker("A");
        Refuses(script, new UpdateReceived(script.Session("A"), "A", RoundScript.Run, 1, 1, RoundScript.Figures), RefusalReason.Future);
    }

    [Fact]
    public void Update_Twice_CountsOnce()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A");
        Refuses(script, script.Update("A"), RefusalReason.Duplicate);
    }

    [Fact]
    public void Update_WorkerNotAsked_IsRefused()
    {
        RoundScript script = RoundScript.Collecting();
        script.Worker("E");
        Refuses(script, script.Update("E"), RefusalReason.NotSelected);
    }

    [Fact]
    public void Update_AfterClosing_IsLate()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A", "B", "C").Elapse(RoundTimerKind.Deadline);
        Refuses(script, script.Update("D"), RefusalReason.Late);
    }

    [Fact]
    public void Update_OtherAttempt_IsRefused()
    {
        RoundScript script = RoundScript.Collecting();
        Refuses(script, script.Update("A") with { Attempt = 2 }, RefusalReason.WrongAttempt);
    }

    [Fact]
    public void Update_WhileTheAggregatorIsAway_IsNotOpen()
    {
        RoundScript script = RoundScript.Collecting();
        script.Do(new MemberLost(RoundScript.AggregatorSession, "killed"));
        Refuses(script, script.Update("A"), RefusalReason.NotOpen);
    }

    [Theory]
    [InlineData(RefusalReason.WrongShape)]
    [InlineData(RefusalReason.NonFinite)]
    [InlineData(RefusalReason.OutOfRange)]
    public void Update_FailedInspection_IsRefusedAndTheRoundDoesNotWaitForItsSender(RefusalReason reason)
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A", "B", "C");

        script.Do(script.Update("D") with { Fault = new Objection(reason, "bad") });

        script.Refused().Should().Be(reason);
        script.Single<CloseAggregation>();
    }

    [Fact]
    public void Update_BadThenGood_CountsTheGoodOne()
    {
        RoundScript script = RoundScript.Collecting();
        script.Do(script.Update("D") with { Fault = new Objection(RefusalReason.NonFinite, "bad") });

        script.Answer("D").Single<HandOverUpdate>().WorkerId.Should().Be("D");
    }

    [Theory]
    [InlineData(0, 0.5, 0.5, RefusalReason.OutOfRange)]
    [InlineData(101, 0.5, 0.5, RefusalReason.OutOfRange)]
    [InlineData(100, double.NaN, 0.5, RefusalReason.NonFinite)]
    [InlineData(100, 0.5, 1.5, RefusalReason.OutOfRange)]
    public void Update_ImpossibleFigures_IsRefused(long samples, double loss, double accuracy, RefusalReason reason)
    {
        RoundScript script = RoundScript.Collecting();
        Refuses(script, script.Update("A") with { Figures = new UpdateFigures(samples, loss, accuracy, TimeSpan.Zero) }, reason);
    }

    [Fact]
    public void Refusals_Flood_IsCountedNotListed()
    {
        RoundScript script = RoundScript.Collecting();
        script.Answer("A");
        for (int i = 0; i < RoundLimits.MaxListedRefusals + 10; i++)
        {
            script.Do(script.Update("A"));
        }

        script.Answer("B", "C", "D").Aggregate("A", "B", "C", "D").Evaluate();

        IReadOnlyList<RoundRefusal> refusals = script.Single<PersistRound>().Summary.Refusals;
        refusals.Should().HaveCount(RoundLimits.MaxListedRefusals + 1);
        refusals[^1].Text.Should().Contain("10 further refusals");
    }

    private static void Refuses(RoundScript script, UpdateReceived update, RefusalReason reason)
    {
        script.Do(update);
        script.Refused().Should().Be(reason);
        script.Single<RefuseUpdate>().Text.Should().NotBeNullOrWhiteSpace();
        script.Last.Should().NotContain(effect => effect is HandOverUpdate);
    }
}
