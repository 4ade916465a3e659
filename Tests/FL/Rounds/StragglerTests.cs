using FedActors.FL.Configuration;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class StragglerTests
{
    [Theory]
    [InlineData(LateUpdates.Keep, 100)]
    [InlineData(LateUpdates.Weigh, 70.71)]
    public void Straggler_AnswersInTheNextRound_CountsThereAndIsNotAskedBefore(string late, double weight)
    {
        RoundScript script = Collecting(new ProtocolOptions { Late = late });
        UpdateReceived straggler = script.Update("D");
        script.Answer("A", "B", "C").Elapse(RoundTimerKind.Deadline).Aggregate("A", "B", "C").Evaluate().Persist();
        script.Asked().Should().Equal("A", "B", "C");

        HandOverUpdate handed = script.Do(straggler).Single<HandOverUpdate>();

        handed.Staleness.Should().Be(1);
        handed.Weight.Should().BeApproximately(weight, 0.01);
        script.Answer("A", "B", "C").Aggregate("A", "B", "C", "D").Evaluate();
        script.Single<PersistRound>().Summary.Participants.Select(p => p.WorkerId).Should().Equal("A", "B", "C", "D");
        script.Persist().Asked().Should().Equal("A", "B", "C", "D");
    }

    [Fact]
    public void Straggler_AnswersWhileTheRoundIsStored_CountsInTheNext()
    {
        RoundScript script = Collecting(new ProtocolOptions { Late = LateUpdates.Keep });
        UpdateReceived straggler = script.Update("D");
        script.Answer("A", "B", "C").Elapse(RoundTimerKind.Deadline);

        script.Do(straggler).Single<HoldUpdate>().WorkerId.Should().Be("D");
        script.Aggregate("A", "B", "C").Evaluate().Persist();

        script.Single<HandOverUpdate>().Should().BeEquivalentTo(new { WorkerId = "D", Round = 2, Staleness = 1, Held = true });
    }

    // Its parameters are gone by then, so that a compressed one cannot be read: that was said to be its fault.
    [Fact]
    public void Straggler_TooOldAndThereforeUnreadable_IsRefusedForItsAge()
    {
        RoundScript script = Collecting(new ProtocolOptions { Late = LateUpdates.Keep, MaxStaleness = 1 });
        UpdateReceived straggler = script.Update("D") with { Fault = new Objection(RefusalReason.Undecodable, "nobody was given parameters in that round") };
        script.Answer("A", "B", "C").Elapse(RoundTimerKind.Deadline).Aggregate("A", "B", "C").Evaluate().Persist();
        script.Answer("A", "B", "C").Aggregate("A", "B", "C").Evaluate().Persist();

        script.Do(straggler).Refused().Should().Be(RefusalReason.Stale);
    }

    [Fact]
    public void Straggler_Dropped_IsRefusedAndAskedAnew()
    {
        RoundScript script = Collecting(new ProtocolOptions());
        UpdateReceived straggler = script.Update("D");
        script.Answer("A", "B", "C").Elapse(RoundTimerKind.Deadline).Aggregate("A", "B", "C").Evaluate().Persist();

        script.Asked().Should().Equal("A", "B", "C", "D");
        script.Do(straggler).Refused().Should().Be(RefusalReason.Stale);
    }

    [Fact]
    public void Stragglers_TooManyForAQuorum_AreWaitedForUntilTheDeadline()
    {
        RoundScript script = Collecting(new ProtocolOptions { Late = LateUpdates.Keep }, minWorkers: 3);
        UpdateReceived first = script.Update("C");
        script.Answer("A", "B").Elapse(RoundTimerKind.Deadline);
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);
        script.Asked().Should().Equal(["A", "B"], "C and D are busy");

        script.Do(first).Single<HandOverUpdate>().WorkerId.Should().Be("C");
        script.Answer("A", "B").Single<CloseAggregation>();
    }

    [Fact]
    public void OverSelection_EnoughAnswers_CloseTheRoundWithoutTheRest()
    {
        RoundScript script = Collecting(new ProtocolOptions { OverSelection = 1 }, workers: 8, minWorkers: 2, fraction: 0.25);
        string[] asked = script.Asked();
        asked.Should().HaveCount(4, "twice as many as the two that are wanted");

        script.Answer(asked[3]).Last.OfType<CloseAggregation>().Should().BeEmpty();
        script.Answer(asked[1]).Single<CloseAggregation>();
        script.Answer(asked[0]).Refused().Should().Be(RefusalReason.Late);
    }

    [Fact]
    public void Sites_Named_AreTheOnlyOnesAsked()
    {
        FederationOptions rules = RoundScript.Rules(workers: 4, minWorkers: 2);

        RoundScript script = RoundScript.Collecting(rules with { Participation = rules.Participation with { Sites = ["D", "B"] } });

        script.Asked().Should().Equal("B", "D");
        script.Fail("B").Asked().Should().BeEmpty("the others stay out of it");
    }

    [Fact]
    public void SemiSynchronous_MeasuredWorkers_TakeWhatFitsAnEpochOfTheSlowest()
    {
        RoundScript script = Collecting(new ProtocolOptions { Kind = Protocols.SemiSynchronous, Lambda = 2 }, minWorkers: 4);
        script.Last.OfType<RequestTraining>().Should().OnlyContain(request => request.Steps == 0, "nothing is known of anybody");

        // 100 examples in batches of 32 are four steps an epoch; D needs 1 s for each, so that two of its epochs take 8 s.
        Answer(script, ("A", 0.1), ("B", 0.3), ("C", 0.1), ("D", 1.0));

        Steps(script).Should().Equal(("A", 80), ("B", 27), ("C", 80), ("D", 8));
        Answer(script, ("A", 0.1), ("B", 0.3), ("C", 0.2), ("D", 0.5));
        Steps(script).Should().Equal([("A", 40), ("B", 14), ("C", 20), ("D", 8)], "speeds are measured in every round");
    }

    [Fact]
    public void SemiSynchronous_MeasuredOnce_KeepsWhatItMeasured()
    {
        RoundScript script = Collecting(new ProtocolOptions { Kind = Protocols.SemiSynchronous, Recompute = false }, minWorkers: 4);
        Answer(script, ("A", 0.1), ("B", 0.2), ("C", 0.1), ("D", 1.0));

        Answer(script, ("A", 5), ("B", 5), ("C", 5), ("D", 5));

        Steps(script).Should().Equal(("A", 40), ("B", 20), ("C", 40), ("D", 4));
    }

    [Fact]
    public void SemiSynchronous_WorkerThatSaysItNeedsDays_KeepsOthersBusyForHalfTheDeadline()
    {
        RoundScript script = Collecting(new ProtocolOptions { Kind = Protocols.SemiSynchronous }, minWorkers: 4);

        Answer(script, ("A", 0.1), ("B", 0.1), ("C", 0.1), ("D", 86_400));

        Steps(script).Should().Equal(("A", 150), ("B", 150), ("C", 150), ("D", 1));
    }

    private static void Answer(RoundScript script, params (string Worker, double SecondsPerStep)[] answers)
    {
        foreach ((string worker, double seconds) in answers)
        {
            script.Do(script.Update(worker) with { Figures = RoundScript.Figures with { Steps = 10, TrainingTime = TimeSpan.FromSeconds(10 * seconds) } });
        }

        script.Aggregate([.. answers.Select(answer => answer.Worker)]).Evaluate().Persist();
    }

    private static IEnumerable<(string Worker, long Steps)> Steps(RoundScript script) => script.Last.OfType<RequestTraining>().Select(request => (request.WorkerId, request.Steps));

    private static RoundScript Collecting(ProtocolOptions protocol, int workers = 4, int minWorkers = 3, double fraction = 1) =>
        RoundScript.Collecting(RoundScript.Rules(workers, minWorkers, fraction, rounds: 10) with { Protocol = protocol });
}
