using System.Threading.Channels;
using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

/// <summary>Any role is killed at any message and started again: the run commits the same rounds.</summary>
public sealed class KilledRolesTests
{
    [Theory]
    [InlineData(Federation.Provider)]
    [InlineData(Federation.Aggregator)]
    [InlineData(Federation.Evaluator)]
    [InlineData("B")]
    public async Task Kill_OneRoleAtSeededPoints_RunEndsWithTheSameRounds(string role)
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            await PlayAsync(seed, [role], kills: 2, Rules(rounds: 6, minWorkers: 3));
        }
    }

    [Fact]
    public async Task Kill_TwentyTimesAnybody_RunEndsWithTheSameRounds()
    {
        for (ulong seed = 1; seed <= 2; seed++)
        {
            await PlayAsync(100 + seed, null, kills: 20, Rules(rounds: 40, minWorkers: 2));
        }
    }

    // What SCAFFOLD remembers of each site lies with the provider's rounds, and what compression leaves unsent with the site, so that no killed role loses it.
    [Theory]
    [InlineData("fedavg")]
    [InlineData("scaffold")]
    [InlineData("fedavg", "topk(0.3)", "int8")]
    public async Task Kill_WhileEverySiteIsNeeded_EndsWithTheVeryModelOfAnUndisturbedRun(string strategy, params string[] compression)
    {
        using MemoryTrainingStore calm = new();
        FederationOptions rules = Rules(rounds: 6, minWorkers: 4) with { Strategy = new StrategyOptions { Name = strategy }, Compression = compression };
        RunResult expected = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = rules, Data = new TinyData(), Store = calm }).Limit();

        for (ulong seed = 1; seed <= 4; seed++)
        {
            (await PlayAsync(200 + seed, null, kills: 4, rules)).ParameterHash.Should().Be(expected.ParameterHash, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(Protocols.Asynchronous, "fedasync", 1, LateUpdates.Drop)]
    [InlineData(Protocols.Asynchronous, "fedbuff", 2, LateUpdates.Drop)]
    [InlineData(Protocols.Asynchronous, "fedrec", 1, LateUpdates.Drop)]
    [InlineData(Protocols.SemiSynchronous, "fedavg", null, LateUpdates.Drop)]
    [InlineData(Protocols.Synchronous, "fedavg", null, LateUpdates.Weigh)]
    public async Task Kill_AnybodyUnderAnyProtocol_RunEndsWithEveryRound(string kind, string strategy, int? buffer, string late)
    {
        FederationOptions rules = Rules(rounds: 60, minWorkers: 1) with
        {
            Strategy = new StrategyOptions { Name = strategy },
            Protocol = new ProtocolOptions { Kind = kind, Buffer = buffer, Late = late },
        };
        await PlayAsync(300, null, kills: 10, rules);
        await PlayAsync(301, [Federation.Aggregator, Federation.Provider], kills: 6, rules);
    }

    // Combiners and those behind them, the provider and the aggregator: whoever dies, every site is needed and comes back by some way.
    [Theory]
    [InlineData("fedavg")]
    [InlineData("multikrum")]
    public async Task Kill_AnybodyWithCombinersBetween_EndsWithTheVeryModelOfAnUndisturbedRun(string strategy)
    {
        using MemoryTrainingStore calm = new();
        FederationOptions rules = Rules(rounds: 8, minWorkers: 4) with { Strategy = new StrategyOptions { Name = strategy, Keep = 0 } };
        RunResult expected = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = rules, Data = new TinyData(), Store = calm }).Limit();
        Dictionary<string, string[]> through = new()
        {
            ["combiner-2"] = ["combiner-1"], ["A"] = ["combiner-1", "combiner-2"], ["B"] = ["combiner-2", "combiner-1"], ["C"] = ["combiner-2", "combiner-1"], ["D"] = ["combiner-1"],
        };

        for (ulong seed = 1; seed <= 3; seed++)
        {
            (await PlayAsync(400 + seed, ["combiner-1", "combiner-2", "combiner-1", "combiner-2", Federation.Provider, "B"], kills: 5, rules, through)).ParameterHash
                .Should().Be(expected.ParameterHash, $"seed {seed}");
        }
    }

    [Fact]
    public async Task Kill_ProviderOverTcpWithItsFile_NoRoundIsLostOrDoubled()
    {
        using TemporaryFolder folder = new();
        FederationOptions rules = Rules(rounds: 12, minWorkers: 3);
        Channel<string> doomed = Channel.CreateUnbounded<string>();
        TrainingStoreOptions file = new() { Path = folder["training.db"] };
        RunResult result;
        await using (Federation federation = new(new TcpTransport(), () => new SqliteTrainingStore(file), rules, new TinyData()))
        {
            KillSchedule schedule = new(7, [Federation.Provider], kills: 3, role => doomed.Writer.TryWrite(role));
            federation.OnMessage = (role, _) => schedule.OnMessage(role);
            await federation.StartAllAsync();
            result = await KillUntilEndAsync(federation, doomed.Reader).Limit();
        }

        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        using SqliteTrainingStore store = new(file);
        store.ListRounds(result.Run.Id).Select(round => round.Round).Should().Equal(Enumerable.Range(1, 12));
        store.ListRuns().Should().ContainSingle().Which.Status.Should().Be(RunStatus.Finished);
    }

    [Fact]
    public async Task Provider_FailsInPlace_GoesOnFromTheLastCommittedRound()
    {
        using MemoryTrainingStore store = new();
        int handled = 0;
        await using Federation federation = new(new MemoryTransport(), store, Rules(rounds: 6, minWorkers: 4), new TinyData());
        federation.OnMessage = (role, message) =>
        {
            if (role == Federation.Provider && Interlocked.Increment(ref handled) is 12 or 31)
            {
                throw new InvalidOperationException($"{message.GetType().Name} was one too many.");
            }
        };

        await federation.StartAllAsync();

        RunResult result = await federation.Completion.Task.Limit();
        result.Outcome.Should().Be(RunOutcome.Finished);
        store.ListRounds(result.Run.Id).Select(round => round.Round).Should().Equal(1, 2, 3, 4, 5, 6);
        store.ListRuns().Should().ContainSingle();
    }

    private static FederationOptions Rules(int rounds, int minWorkers) => new()
    {
        Training = new TrainingOptions { Rounds = rounds, LocalEpochs = 1, LearningRate = 0.05f },
        Participation = new ParticipationOptions
        {
            MinWorkers = minWorkers, MaxAttempts = 100, RoundTimeout = TimeSpan.FromSeconds(5), RoleTimeout = TimeSpan.FromSeconds(2),
        },
    };

    private static async Task<RunResult> PlayAsync(ulong seed, IReadOnlyList<string>? roles, int kills, FederationOptions rules, Dictionary<string, string[]>? through = null)
    {
        using MemoryTrainingStore store = new(keepRounds: rules.Training.Rounds);
        Channel<string> doomed = Channel.CreateUnbounded<string>();
        await using Federation federation = new(new MemoryTransport(), store, rules, new TinyData()) { Through = through ?? [] };
        KillSchedule schedule = new(seed, roles ?? [.. federation.Roles], kills, role => doomed.Writer.TryWrite(role));
        federation.OnMessage = (role, _) => schedule.OnMessage(role);
        await federation.StartAllAsync();
        RunResult result = await KillUntilEndAsync(federation, doomed.Reader).Limit();

        string because = $"seed {seed}, {schedule.Left} of {kills} kills left";
        schedule.Left.Should().BeLessThanOrEqualTo(kills / 2, because);
        result.Outcome.Should().Be(RunOutcome.Finished, $"{because}: {result.Reason}");
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(result.Run.Id);
        rounds.Select(round => round.Round).Should().Equal(Enumerable.Range(1, rules.Training.Rounds), because);
        store.ListRuns().Should().ContainSingle(because);
        foreach (RoundRecord round in rounds)
        {
            round.Participants.Select(p => p.WorkerId).Should().OnlyHaveUniqueItems().And.BeSubsetOf(round.Cohort);
            round.Participants.Count.Should().BeGreaterThanOrEqualTo(rules.Participation.MinWorkers);
            RoundRecord whole = store.FindRound(result.Run.Id, round.Round)!;
            ParameterVector.FromBytes(TinyData.Model.Layout, whole.Parameters!.Value.Span).Hash().Should().Be(round.ParameterHash);
        }

        return result;
    }

    private static async Task<RunResult> KillUntilEndAsync(Federation federation, ChannelReader<string> doomed)
    {
        Task<bool> next = doomed.WaitToReadAsync().AsTask();
        while (true)
        {
            Task<RunResult> run = federation.Completion.Task;
            if (await Task.WhenAny(run, next) == run)
            {
                return await run;
            }

            while (doomed.TryRead(out string? role))
            {
                await federation.KillAsync(role);
                if (run.IsCompletedSuccessfully)
                {
                    // Another provider would begin another run.
                    return await run;
                }

                await federation.StartAsync(role);
                run = federation.Completion.Task;
            }

            next = doomed.WaitToReadAsync().AsTask();
        }
    }
}
