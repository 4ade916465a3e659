using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class StartingTests
{
    [Fact]
    public void Start_AllMembersThere_BeginsAtOnceAndSendsThePlan()
    {
        RoundScript script = new();
        script.Open().Worker("C").Worker("A").Aggregator().Worker("D").Evaluator();
        script.Machine.Phase.Should().Be(RoundPhase.Starting);

        script.Worker("B");
        script.Single<BeginRun>().Workers.Should().Equal("A", "B", "C", "D");
        script.Armed.Should().BeEmpty("the store owes the answer now");

        script.Do(new RunBegun());
        script.Last.OfType<SendPlan>().Should().HaveCount(6);
        script.Asked().Should().Equal("A", "B", "C", "D");
        script.Armed[RoundTimerKind.Deadline].After.Should().Be(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Start_TimeoutWithMinWorkers_BeginsWithThem()
    {
        RoundScript script = new();
        script.Open().Worker("A").Worker("B").Worker("C").Aggregator();

        script.Elapse(RoundTimerKind.Start);

        script.Single<BeginRun>().Workers.Should().Equal("A", "B", "C");
    }

    [Fact]
    public void Start_TimeoutBelowMinWorkers_EndsBelowParticipationNamingWhoIsHere()
    {
        RoundScript script = new();
        script.Open().Worker("A").Worker("B").Aggregator();
        script.Lose("B");

        script.Elapse(RoundTimerKind.Start);

        FinishRun finish = script.Single<FinishRun>();
        finish.Outcome.Should().Be(RunOutcome.BelowParticipation);
        finish.Reason.Should().Contain("1 of 4 workers").And.Contain("here: A").And.Contain("gone: B");
        script.Last[^1].Should().BeSameAs(finish);
    }

    [Fact]
    public void Start_WorkersThereButNoEvaluator_WaitsOnlyTheRoleTimeout()
    {
        RoundScript script = new();
        script.Open().Aggregator().Worker("A").Worker("B").Worker("C").Worker("D");
        script.Armed[RoundTimerKind.StartRoles].After.Should().Be(TimeSpan.FromSeconds(10));
        script.Single<ReportWaiting>().Cause.Should().Contain("evaluator");

        script.Elapse(RoundTimerKind.StartRoles);

        script.Single<BeginRun>();
    }

    [Fact]
    public void Start_WorkerLostWhileWaitingForRoles_GoesBackToWaitingForWorkers()
    {
        RoundScript script = new();
        script.Open().Worker("A").Worker("B").Worker("C").Worker("D");
        script.Lose("D");

        script.Armed.Keys.Should().Equal(RoundTimerKind.Start);
    }

    [Fact]
    public void Start_Resumed_WaitsShortlyForAllThenGoesOnWithMinWorkers()
    {
        RoundScript script = new(position: new RunPosition { RunId = RoundScript.Run, Resumed = true, CommittedRounds = 1 });
        script.Open();
        script.Armed[RoundTimerKind.Start].After.Should().Be(TimeSpan.FromSeconds(10));
        script.Worker("A").Worker("B").Worker("C").Aggregator().Elapse(RoundTimerKind.Start);

        script.Single<BeginRun>().Resumed.Should().BeTrue();
        script.Do(new RunBegun());
        script.Single<OpenAggregation>().Round.Should().Be(2);
    }

    [Fact]
    public void Start_ResumedBelowMinWorkers_WaitsOutTheStartTimeout()
    {
        RoundScript script = new(position: new RunPosition { RunId = RoundScript.Run, Resumed = true, CommittedRounds = 1 });
        script.Open().Worker("A").Elapse(RoundTimerKind.Start);
        script.Armed[RoundTimerKind.Start].After.Should().Be(TimeSpan.FromSeconds(50));

        script.Elapse(RoundTimerKind.Start);

        script.Single<FinishRun>().Outcome.Should().Be(RunOutcome.BelowParticipation);
    }

    [Fact]
    public void Start_AllRoundsCommittedAlready_FinishesAtOnce()
    {
        RoundScript script = new(position: new RunPosition { RunId = RoundScript.Run, Resumed = true, CommittedRounds = 3 });

        script.Open();

        script.Single<FinishRun>().Outcome.Should().Be(RunOutcome.Finished);
    }

    [Fact]
    public void Stop_InMidRound_EndsStoppedAndTellsAllMembers()
    {
        RoundScript script = RoundScript.Collecting();

        script.Do(new StopRequested("operator"));

        script.Single<FinishRun>().Should().BeEquivalentTo(new { Outcome = RunOutcome.Stopped, Reason = "operator" });
        script.Single<FinishRun>().Sessions.Should().HaveCount(6);
        script.Worker("E").Last.Should().BeEmpty();
    }
}
