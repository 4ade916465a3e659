using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Storage.Training;

namespace FedActors.Tests.FL.Roles;

public sealed class CoordinatedRunTests
{
    [Fact]
    public async Task Run_Landsat_CommitsEveryRoundWithAllSites()
    {
        using MemoryTrainingStore store = new();
        RecordingObserver observer = new();

        RunResult result = await CoordinatedRun.ExecuteAsync(Setup(store) with { Observer = observer });

        result.Outcome.Should().Be(RunOutcome.Finished);
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(result.Run.Id);
        rounds.Select(round => round.Round).Should().Equal(1, 2, 3);
        rounds.Should().OnlyContain(round => round.Participants.Count == 4 && round.Refusals.Count == 0 && round.Attempts == 1 && round.Evaluation != null);
        rounds[^1].ParameterHash.Should().Be(result.ParameterHash);
        store.FindRun(result.Run.Id)!.Status.Should().Be(RunStatus.Finished);
        observer.Rounds.Select(round => round.Round).Should().Equal(1, 2, 3);
        observer.Summary!.Sites.Select(site => site.WorkerId).Should().Equal("A", "B", "C", "D");
        observer.Ended!.CommittedRounds.Should().Be(3);
    }

    [Fact]
    public async Task Run_SameSeedTwice_GivesTheSameBits()
    {
        using MemoryTrainingStore one = new();
        using MemoryTrainingStore two = new();

        RunResult first = await CoordinatedRun.ExecuteAsync(Setup(one));
        RunResult second = await CoordinatedRun.ExecuteAsync(Setup(two));
        RunResult other = await CoordinatedRun.ExecuteAsync(Setup(two) with { Options = Rules() with { Seed = 43 } });

        second.ParameterHash.Should().Be(first.ParameterHash);
        other.ParameterHash.Should().NotBe(first.ParameterHash);
    }

    [Fact]
    public async Task Run_StoppedBeforeItsEnd_IsResumedToTheSameModel()
    {
        using MemoryTrainingStore whole = new();
        using MemoryTrainingStore broken = new();
        RunResult uninterrupted = await CoordinatedRun.ExecuteAsync(Setup(whole));
        using CancellationTokenSource stop = new();

        RunResult stopped = await CoordinatedRun.ExecuteAsync(
            Setup(broken) with { Observer = new RecordingObserver { OnRoundDone = round => { if (round.Round == 2) { stop.Cancel(); } } } }, stop.Token);
        stopped.Outcome.Should().Be(RunOutcome.Stopped);
        RunResult resumed = await CoordinatedRun.ExecuteAsync(Setup(broken) with { Choice = RunChoice.Given, RunId = stopped.Run.Id });

        resumed.Run.Id.Should().Be(stopped.Run.Id);
        resumed.ParameterHash.Should().Be(uninterrupted.ParameterHash);
        broken.ListRounds(resumed.Run.Id).Select(round => round.Round).Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData("fedavgm")]
    [InlineData("fedadagrad")]
    [InlineData("fedadam")]
    [InlineData("fedyogi")]
    [InlineData("scaffold")]
    public async Task Run_WithServerOptimizerStoppedAndResumed_GoesOnWithWhatItRemembered(string strategy)
    {
        FederationOptions rules = Rules() with { Strategy = new StrategyOptions { Name = strategy, ServerMomentum = 0.9 } };
        using MemoryTrainingStore whole = new();
        using MemoryTrainingStore broken = new();
        RunResult uninterrupted = await CoordinatedRun.ExecuteAsync(Setup(whole) with { Options = rules });
        using CancellationTokenSource stop = new();

        RunResult stopped = await CoordinatedRun.ExecuteAsync(
            Setup(broken) with { Options = rules, Observer = new RecordingObserver { OnRoundDone = round => { if (round.Round == 2) { stop.Cancel(); } } } }, stop.Token);
        RunResult resumed = await CoordinatedRun.ExecuteAsync(Setup(broken) with { Options = rules, Choice = RunChoice.Given, RunId = stopped.Run.Id });

        stopped.Outcome.Should().Be(RunOutcome.Stopped);
        resumed.ParameterHash.Should().Be(uninterrupted.ParameterHash);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_AnyStrategy_LearnsLandsat(string strategy)
    {
        using MemoryTrainingStore store = new();
        FederationOptions rules = Rules() with { Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1 }, Strategy = new StrategyOptions { Name = strategy } };
        if (StrategyNames.Asynchronous.Contains(strategy))
        {
            rules = rules with { Protocol = new ProtocolOptions { Kind = Protocols.Asynchronous } };
        }

        RunResult result = await CoordinatedRun.ExecuteAsync(Setup(store) with { Options = rules });

        result.Outcome.Should().Be(RunOutcome.Finished);
        store.ListRounds(result.Run.Id)[^1].Evaluation!.Accuracy.Should().BeGreaterThan(0.4, "the largest class has a quarter of the examples");
    }

    [Fact]
    public async Task Run_TargetAccuracyReached_EndsFinishedWithTheReason()
    {
        using MemoryTrainingStore store = new();
        FederationOptions rules = Rules() with { Training = new TrainingOptions { Rounds = 50, LocalEpochs = 1 }, Termination = new TerminationOptions { TargetAccuracy = 0.72 } };

        RunResult result = await CoordinatedRun.ExecuteAsync(Setup(store) with { Options = rules });

        result.Outcome.Should().Be(RunOutcome.Finished);
        result.Reason.Should().Contain("has reached the target 0.72");
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(result.Run.Id);
        rounds.Count.Should().BeLessThan(50);
        rounds[^1].Evaluation!.Accuracy.Should().BeGreaterThanOrEqualTo(0.72);
        rounds.SkipLast(1).Should().OnlyContain(round => round.Evaluation!.Accuracy < 0.72);
        store.FindRun(result.Run.Id)!.Status.Should().Be(RunStatus.Finished);
    }

    // The provider used to do one more round when it was killed between the last round and the run's end.
    [Fact]
    public async Task Run_KilledBetweenItsGoalAndItsEnd_EndsWithoutAnotherRound()
    {
        using MemoryTrainingStore store = new();
        FederationOptions rules = Rules() with { Training = new TrainingOptions { Rounds = 50, LocalEpochs = 1 }, Termination = new TerminationOptions { TargetAccuracy = 0.72 } };
        RunResult first = await CoordinatedRun.ExecuteAsync(Setup(store) with { Options = rules });
        store.ReopenRun(first.Run.Id);

        RunResult again = await CoordinatedRun.ExecuteAsync(Setup(store) with { Options = rules });

        again.Run.Id.Should().Be(first.Run.Id);
        again.Outcome.Should().Be(RunOutcome.Finished);
        again.Reason.Should().Contain("has reached the target 0.72");
        again.ParameterHash.Should().Be(first.ParameterHash);
        store.ListRounds(first.Run.Id).Should().HaveCount(first.Run.CommittedRounds);
        store.FindRun(first.Run.Id)!.Status.Should().Be(RunStatus.Finished);
    }

    public static TheoryData<string> Strategies => [.. StrategyNames.All];

    [Theory]
    [InlineData(RunChoice.New)]
    [InlineData(RunChoice.UnfinishedOrNew)]
    public async Task Run_ProviderFailsInTheMiddle_GoesOnWithTheSameRun(RunChoice choice)
    {
        using MemoryTrainingStore store = new();
        bool failed = false;
        RecordingObserver observer = new()
        {
            OnRoundDone = round =>
            {
                if (round.Round == 2 && !failed)
                {
                    failed = true;
                    throw new InvalidOperationException("an observer that breaks its promise");
                }
            },
        };

        RunResult result = await CoordinatedRun.ExecuteAsync(Setup(store) with { Observer = observer, Choice = choice });

        failed.Should().BeTrue();
        result.Outcome.Should().Be(RunOutcome.Finished);
        store.ListRuns().Should().ContainSingle().Which.Status.Should().Be(RunStatus.Finished);
        store.ListRounds(result.Run.Id).Select(round => round.Round).Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task Run_ResumedUnderOtherSettings_IsRefusedByName()
    {
        using MemoryTrainingStore store = new();
        RunResult run = await CoordinatedRun.ExecuteAsync(Setup(store));

        RunResult refused = await CoordinatedRun.ExecuteAsync(Setup(store) with { Choice = RunChoice.Given, RunId = run.Run.Id, Options = Rules() with { Seed = 1 } });

        refused.Outcome.Should().Be(RunOutcome.Failed);
        refused.Reason.Should().Contain(run.Run.Id).And.Contain("other settings");
    }

    [Fact]
    public async Task Run_OtherNumberOfSitesThanWorkers_IsRefusedWithWhatToDo()
    {
        using MemoryTrainingStore store = new();
        CoordinatedRunSetup setup = Setup(store) with { Options = Rules() with { Participation = new ParticipationOptions { Workers = 3 } } };

        Func<Task> run = () => CoordinatedRun.ExecuteAsync(setup);

        await run.Should().ThrowAsync<ArgumentException>().WithMessage("*4 sites*3 workers*Participation:Workers to 4*");
    }

    private static FederationOptions Rules() => new() { Training = new TrainingOptions { Rounds = 3, LocalEpochs = 1 } };

    private static CoordinatedRunSetup Setup(ITrainingStore store) => new() { Options = Rules(), Data = new LandsatData(), Store = store };
}
