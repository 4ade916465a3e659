using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Storage;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class StorageFaultTests : IDisposable
{
    private static readonly StoreException DiskFull = new(StoreFault.Disk, "training.db: the disk is full; free some space");

    // The clock runs far ahead of the roles: no deadline of a round, only pauses before another try.
    private static readonly ParticipationOptions Patient = new() { RoundTimeout = TimeSpan.FromDays(1), RoleTimeout = TimeSpan.FromDays(1), StartTimeout = TimeSpan.FromDays(2) };

    private readonly ManualTimeProvider _clock = new();
    private readonly MemoryTrainingStore _memory = new();
    private readonly FaultyStore _store;
    private readonly RecordingObserver _observer = new();

    public StorageFaultTests() => _store = new FaultyStore(_memory);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public async Task Store_FullForAWhile_RoundIsKeptAndStoredLater()
    {
        int failures = 0;
        _store.OnWrite = what => what == "round 2" && failures++ < 3 ? (DiskFull, false) : null;

        RunResult result = await RunAsync();

        result.Outcome.Should().Be(RunOutcome.Finished);
        _memory.ListRounds(result.Run.Id).Select(round => round.Round).Should().Equal(1, 2, 3);
        _observer.Waits.Should().Contain(cause => cause.Contains("round 2 could not be stored") && cause.Contains("disk is full"));
    }

    [Fact]
    public async Task Store_FailsAfterTheRoundReachedTheDisk_DoesNotDoubleIt()
    {
        bool failed = false;
        _store.OnWrite = what =>
        {
            bool now = what == "round 2" && !failed;
            failed |= now;
            return now ? (DiskFull, true) : null;
        };

        RunResult result = await RunAsync();

        result.Outcome.Should().Be(RunOutcome.Finished);
        _memory.ListRounds(result.Run.Id).Select(round => round.Round).Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task Store_StaysFull_RunFailsWithTheStoresWordsAndCanBeResumed()
    {
        _store.OnWrite = what => what is "round 2" or "end" ? (DiskFull, false) : null;
        RunResult failed = await RunAsync();
        failed.Outcome.Should().Be(RunOutcome.Failed);
        failed.Reason.Should().Contain("free some space").And.Contain("still counts as unfinished");
        failed.StoreFault.Should().Be(StoreFault.Disk);
        _observer.Waits.Where(cause => cause.Contains("could not be stored")).Should().HaveCount(RoundLimits.MaxStorageAttempts - 1, "each try is said, with the pause that follows");

        _store.OnWrite = static _ => null;
        RunResult resumed = await RunAsync();

        resumed.Run.Id.Should().Be(failed.Run.Id);
        resumed.Outcome.Should().Be(RunOutcome.Finished, resumed.Reason);
        resumed.StoreFault.Should().BeNull();
        _memory.ListRounds(resumed.Run.Id).Select(round => round.Round).Should().Equal(1, 2, 3);
    }

    /// <summary>The instance that was told to stop failed over it, and the next one trained on to the last round.</summary>
    [Fact]
    public async Task Stop_ProviderFailsWhileItStops_StopsWhenItIsRestarted()
    {
        using var stop = new CancellationTokenSource();
        bool failed = false;
        _store.OnWrite = what =>
        {
            if (what == "end" && !failed)
            {
                failed = true;
                throw new InvalidOperationException("no store's fault");
            }

            return null;
        };

        Task<RunResult> run = CoordinatedRun.ExecuteAsync(
            new CoordinatedRunSetup
            {
                Options = new FederationOptions { Training = new TrainingOptions { Rounds = 30, LocalEpochs = 1 }, Participation = Patient },
                Data = new TinyData(), Store = _store, Time = _clock, Observer = new RecordingObserver { OnRoundDone = _ => stop.Cancel() },
            },
            stop.Token);

        // Time stands still until the stop has failed: a supervisor's pause is all that it is needed for.
        await Eventually.True(() => Volatile.Read(ref failed));
        await Eventually.WhileAdvancing(_clock, TimeSpan.FromMilliseconds(20), run);

        RunResult result = await run;
        result.Outcome.Should().Be(RunOutcome.Stopped);
        _memory.ListRounds(result.Run.Id).Should().HaveCountLessThan(30);
    }

    [Fact]
    public async Task Store_CannotBeRead_RunFailsWithTheStoresWords()
    {
        _store.OnWrite = what => what == "open" ? (new StoreException(StoreFault.Corrupt, "training.db is damaged"), false) : null;

        RunResult result = await RunAsync();

        result.Outcome.Should().Be(RunOutcome.Failed);
        result.Reason.Should().Be("training.db is damaged");
        _observer.Ended!.Status.Should().Be(RunStatus.Failed);
    }

    [Fact]
    public async Task Given_RunThatEnded_ReportsItsEndAndBeginsNoOther()
    {
        RunResult first = await RunAsync(RunChoice.GivenOrNew, "cafe");
        first.Run.Id.Should().Be("cafe");

        RunResult again = await RunAsync(RunChoice.GivenOrNew, "cafe");

        again.Should().BeEquivalentTo(new { first.ParameterHash, Outcome = RunOutcome.Finished });
        _memory.ListRuns().Should().ContainSingle();
        _memory.ListRounds("cafe").Should().HaveCount(3);
    }

    [Fact]
    public async Task Given_RunThatDoesNotExist_FailsByName()
    {
        RunResult result = await RunAsync(RunChoice.Given, "cafe");

        result.Outcome.Should().Be(RunOutcome.Failed);
        result.Reason.Should().Contain("no run cafe");
    }

    private async Task<RunResult> RunAsync(RunChoice choice = RunChoice.UnfinishedOrNew, string? runId = null)
    {
        Task<RunResult> run = CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup
        {
            Options = new FederationOptions
            {
                Training = new TrainingOptions { Rounds = 3, LocalEpochs = 1 },
                Participation = Patient,
            },
            Data = new TinyData(), Store = _store, Observer = _observer, Time = _clock, Choice = choice, RunId = runId,
        });
        await Eventually.WhileAdvancing(_clock, TimeSpan.FromMilliseconds(20), run);
        return await run;
    }
}
