using FedActors.FL.Configuration;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;

namespace FedActors.Tests.FL.Rounds;

public sealed class AsynchronousTests
{
    [Fact]
    public void Update_First_MakesAVersionAndItsWorkerAloneIsAskedAgain()
    {
        RoundScript script = Collecting();
        script.Asked().Should().Equal("A", "B", "C", "D");

        script.Answer("A").Single<HandOverUpdate>().Should().BeEquivalentTo(new { WorkerId = "A", Staleness = 0, Weight = 1.0, Held = false });
        script.Aggregate("A").Evaluate().Persist();

        script.Asked().Should().Equal("A");
        script.Machine.Round.Should().Be(2);
        script.Machine.Phase.Should().Be(RoundPhase.Collecting);
    }

    [Fact]
    public void Update_MadeFromAnOlderModel_CountsWithItsStaleness()
    {
        RoundScript script = Collecting();
        UpdateReceived slow = script.Update("D");
        script.Round("A").Round("A").Round("A");

        script.Do(slow);

        script.Single<HandOverUpdate>().Should().BeEquivalentTo(new { WorkerId = "D", Round = 4, Staleness = 3 });
        script.Aggregate("D").Evaluate();
        script.Single<PersistRound>().Summary.Participants.Select(p => p.WorkerId).Should().Equal("D");
    }

    [Fact]
    public void Update_WhileAVersionIsStored_IsHeldAndCountsInTheNext()
    {
        RoundScript script = Collecting();
        UpdateReceived second = script.Update("B");
        UpdateReceived third = script.Update("C");
        script.Answer("A").Aggregate("A");

        script.Do(third).Single<HoldUpdate>().WorkerId.Should().Be("C");
        script.Do(second).Single<HoldUpdate>().WorkerId.Should().Be("B");
        script.Do(second).Single<RefuseUpdate>().Reason.Should().Be(RefusalReason.Duplicate);
        script.Evaluate().Persist();

        script.Single<HandOverUpdate>().Should().BeEquivalentTo(new { WorkerId = "C", Round = 2, Staleness = 1, Held = true }, "the first to come counts first, and one update makes a version");
        script.Machine.Phase.Should().Be(RoundPhase.Aggregating);
        script.Aggregate("C").Evaluate().Persist();
        script.Single<HandOverUpdate>().Should().BeEquivalentTo(new { WorkerId = "B", Round = 3, Staleness = 2, Held = true });
    }

    [Fact]
    public void Update_Again_IsADuplicateUntilItsVersionIsCommittedAndThenStale()
    {
        RoundScript script = Collecting(buffer: 2);
        UpdateReceived update = script.Update("A");
        script.Do(update);

        script.Do(update).Single<RefuseUpdate>().Reason.Should().Be(RefusalReason.Duplicate);
        script.Answer("B").Aggregate("A", "B").Evaluate().Persist();
        script.Do(update).Single<RefuseUpdate>().Reason.Should().Be(RefusalReason.Stale);
        script.Do(update with { Session = script.Session("B") }).Single<RefuseUpdate>().Reason.Should().Be(RefusalReason.Forged);
        script.Do(update with { Round = 3 }).Single<RefuseUpdate>().Reason.Should().Be(RefusalReason.Future);
    }

    [Fact]
    public void Update_TooOld_IsRefusedAndItsWorkerStartsFromTheNextModel()
    {
        RoundScript script = Collecting(maxStaleness: 1);
        UpdateReceived slow = script.Update("D");
        script.Round("A").Round("A");

        script.Do(slow).Single<RefuseUpdate>().Should().BeEquivalentTo(new { Reason = RefusalReason.Stale, Text = "worker D trained from a model that is 2 rounds old; 1 are allowed" });
        script.Round("A");

        script.Asked().Should().Equal("A", "D");
    }

    [Fact]
    public void Buffer_NotFullAtTheDeadline_ClosesWithWhatItHas()
    {
        RoundScript script = Collecting(buffer: 3);
        script.Answer("A");

        script.Elapse(RoundTimerKind.Deadline).Single<CloseAggregation>();
        script.Aggregate("A").Evaluate().Persist();

        script.Asked().Should().Equal(["A"], "the others train on");
    }

    [Fact]
    public void Buffer_LargerThanTheFederation_ClosesWhenNobodyIsLeftToWaitFor()
    {
        RoundScript script = Collecting(buffer: 10);

        script.Answer("A", "B", "C").Last.OfType<CloseAggregation>().Should().BeEmpty();
        script.Answer("D").Single<CloseAggregation>();
    }

    [Fact]
    public void Aggregator_LostWithUpdates_HasThemAskedForAgainFromTheirOwnModels()
    {
        RoundScript script = Collecting(buffer: 2);
        UpdateReceived slow = script.Update("D");
        script.Answer("A", "B").Aggregate("A", "B").Evaluate().Persist();
        script.Do(slow);

        script.Do(new MemberLost(RoundScript.AggregatorSession, "killed"));
        script.Aggregator(901);

        script.Single<RequestTraining>().Should().BeEquivalentTo(new { WorkerId = "D", Round = 1, Attempt = 2 }, "the others train on, and D answers from memory");
        script.Do(slow with { Attempt = 2 }).Single<HandOverUpdate>().Staleness.Should().Be(1);
    }

    [Fact]
    public void Worker_LostAndBack_IsAskedForTheNewestModel()
    {
        RoundScript script = Collecting();
        script.Lose("D").Round("A");

        script.Worker("D").Single<RequestTraining>().Should().BeEquivalentTo(new { WorkerId = "D", Round = 2 });
    }

    [Fact]
    public void Nobody_AnswersInAnyAttempt_EndsBelowParticipation()
    {
        RoundScript script = Collecting();

        script.Elapse(RoundTimerKind.Deadline).Elapse(RoundTimerKind.Deadline).Elapse(RoundTimerKind.Deadline);

        script.Single<FinishRun>().Outcome.Should().Be(RunOutcome.BelowParticipation);
    }

    private static RoundScript Collecting(int buffer = 1, int maxStaleness = 20) => RoundScript.Collecting(RoundScript.Rules(rounds: 20) with
    {
        Strategy = new StrategyOptions { Name = StrategyNames.FedBuff },
        Protocol = new ProtocolOptions { Kind = Protocols.Asynchronous, Buffer = buffer, MaxStaleness = maxStaleness },
    });
}
