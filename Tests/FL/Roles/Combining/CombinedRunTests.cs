using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Combining;

/// <summary>With combiners between, a run has the bits that it has without, whatever becomes of the combiners.</summary>
public sealed class CombinedRunTests
{
    private static Dictionary<string, string[]> Two => new()
    {
        ["A"] = ["combiner-1", "combiner-2"], ["B"] = ["combiner-2", "combiner-1"], ["C"] = ["combiner-1", "combiner-2"], ["D"] = ["combiner-2", "combiner-1"],
    };

    // The provider, a combiner, two below it, a worker below each of them and two others elsewhere.
    private static Dictionary<string, string[]> Deep => new()
    {
        ["combiner-2"] = ["combiner-1"], ["combiner-3"] = ["combiner-2", "combiner-1"], ["A"] = ["combiner-3"], ["B"] = ["combiner-3", "combiner-2"], ["C"] = ["combiner-1"], ["D"] = [],
    };

    [Theory]
    [InlineData("fedavg", 1.0)]
    [InlineData("fedadam", 0.5)]
    [InlineData("fedstride", 1.0)]
    [InlineData("fedavg", 1.0, "topk(0.2)", "int4")]
    public async Task Run_ThroughCombiners_GivesTheBitsOfOneProcessWithoutAnUpdateAtTheProvider(string strategy, double fraction, params string[] compression)
    {
        FederationOptions rules = Rules(minWorkers: 2, strategy) with { Compression = compression };
        rules = rules with { Participation = rules.Participation with { Fraction = fraction } };
        string? expected = await FlatAsync(rules);
        foreach (Dictionary<string, string[]> through in new[] { Two, Deep })
        {
            foreach (ITransport network in new ITransport[] { new MemoryTransport(), new TcpTransport() })
            {
                int updates = 0;
                RunResult result = await RunAsync(network, rules, through, (role, message) => updates += role == Federation.Provider && message is ModelUpdate { WorkerId: not "D" } ? 1 : 0);

                result.ParameterHash.Should().Be(expected);
                updates.Should().Be(0);
            }
        }
    }

    // Rules that compare updates, and protocols that count them later, need them one by one.
    [Theory]
    [InlineData("multikrum", Protocols.Synchronous, LateUpdates.Drop)]
    [InlineData("scaffold", Protocols.Synchronous, LateUpdates.Drop)]
    [InlineData("qfedavg", Protocols.Synchronous, LateUpdates.Drop)]
    [InlineData("fedavg", Protocols.Synchronous, LateUpdates.Weigh)]
    public async Task Run_ThatNeedsSingleUpdates_IsGivenThemAndHasTheSameBits(string strategy, string protocol, string late)
    {
        FederationOptions rules = Rules(minWorkers: 4, strategy) with { Protocol = new ProtocolOptions { Kind = protocol, Late = late } };
        string? expected = await FlatAsync(rules);

        foreach (Dictionary<string, string[]> through in new[] { Two, Deep })
        {
            (await RunAsync(new MemoryTransport(), rules, through)).ParameterHash.Should().Be(expected);
        }
    }

    /// <summary>Its updates fit into a message and its sums did not: the combiner failed over each of them, and the run with it.</summary>
    [Fact]
    public async Task Run_WhoseSumsMayNotFitIntoAMessage_IsGivenUpdatesAndHasTheSameBits()
    {
        FederationOptions rules = Rules(minWorkers: 4, "fedavg");
        rules = rules with { Training = rules.Training with { Model = "mlp:64" } };
        int update = new TinyData().Manifest.Specify("mlp:64").Layout.Count * sizeof(float);
        string? expected = await FlatAsync(rules);

        RunResult result = await RunAsync(new MemoryTransport(), rules, Deep, limits: RemotingLimits.Default with { MaxMessageBytes = update + 600 });

        result.ParameterHash.Should().Be(expected);
    }

    [Fact]
    public async Task Run_AsynchronousThroughCombiners_CommitsEveryRound()
    {
        FederationOptions rules = Rules(minWorkers: 1, "fedbuff") with { Protocol = new ProtocolOptions { Kind = Protocols.Asynchronous, Buffer = 2 } };

        RunResult result = await RunAsync(new MemoryTransport(), rules, Deep, participants: null);

        result.Run.CommittedRounds.Should().Be(5);
    }

    // One worker would be a quorum: the round waits for the others all the same, because they live.
    [Theory]
    [InlineData(nameof(TrainRequest), "combiner-1")]
    [InlineData(nameof(ModelUpdate), "combiner-1")]
    [InlineData(nameof(CountUpdate), "combiner-1")]
    [InlineData(nameof(SumRequest), "combiner-1")]
    [InlineData(nameof(CountUpdate), "combiner-2")]
    [InlineData(nameof(SumRequest), "combiner-3")]
    public async Task Combiner_KilledForGoodInARound_ItsWorkersTakePartInThatRoundByAnotherWay(string at, string combiner)
    {
        foreach (Dictionary<string, string[]> through in combiner == "combiner-3" ? new[] { Deep } : new[] { Two, Deep })
        {
            await LosesNobodyAsync(through, at, combiner, federation => federation.KillAsync(combiner));
        }
    }

    /// <summary>Its workers were sent away when their places were given up; each attempt to reach the provider put that off further; and they listened to it alone.</summary>
    [Theory]
    [InlineData(nameof(TrainRequest))]
    [InlineData(nameof(CountUpdate))]
    public async Task Combiner_CutOffFromTheProviderInARound_ItsWorkersTakePartInThatRoundByAnotherWay(string at)
    {
        foreach (Dictionary<string, string[]> through in new[] { Two, Deep })
        {
            await LosesNobodyAsync(through, at, "combiner-1", federation =>
            {
                federation.CutOff("combiner-1");
                return Task.CompletedTask;
            });
        }
    }

    private static async Task LosesNobodyAsync(Dictionary<string, string[]> through, string at, string combiner, Func<Federation, Task> lose)
    {
        FederationOptions rules = Rules(minWorkers: 1, "fedavg");
        string? expected = await FlatAsync(rules);
        TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using MemoryTrainingStore store = new();
        await using Federation federation = new(new MemoryTransport(), store, rules, new TinyData()) { Through = through };
        federation.OnMessage = (role, message) =>
        {
            if (role == combiner && RoundOf(message) is 3 && (message as FromAbove)?.Message.GetType().Name == at | message.GetType().Name == at)
            {
                met.TrySetResult();
            }
        };
        await federation.StartAllAsync();
        await met.Task.Limit();
        await lose(federation);

        RunResult result = await federation.Completion.Task.Limit();

        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        result.ParameterHash.Should().Be(expected);
        store.ListRounds(result.Run.Id).Should().HaveCount(5).And.OnlyContain(round => round.Participants.Count == 4);
    }

    private static int? RoundOf(object message) => message switch
    {
        FromAbove heard => RoundOf(heard.Message),
        TrainRequest request => request.Key.Round,
        ModelUpdate update => update.Key.Round,
        CountUpdate count => count.Key.Round,
        SumRequest request => request.Key.Round,
        _ => null,
    };

    private static FederationOptions Rules(int minWorkers, string strategy) => new()
    {
        Training = new TrainingOptions { Rounds = 5, LocalEpochs = 1, LearningRate = 0.05f },
        Strategy = new StrategyOptions { Name = strategy, Keep = 0 },
        Participation = new ParticipationOptions { MinWorkers = minWorkers },
    };

    private static async Task<string?> FlatAsync(FederationOptions rules)
    {
        using MemoryTrainingStore store = new();
        RunResult result = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = rules, Data = new TinyData(), Store = store }).Limit();
        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        return result.ParameterHash;
    }

    private static async Task<RunResult> RunAsync(
        ITransport network, FederationOptions rules, Dictionary<string, string[]> through, Action<string, object>? onMessage = null, int? participants = 4,
        RemotingLimits? limits = null)
    {
        using MemoryTrainingStore store = new();
        await using Federation federation = new(network, store, rules, new TinyData()) { Through = through, Limits = limits ?? RemotingLimits.Default };
        federation.OnMessage = onMessage ?? federation.OnMessage;
        await federation.StartAllAsync();
        RunResult result = await federation.Completion.Task.Limit();
        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        int? expected = participants * (int)(rules.Participation.Fraction * 2) / 2;
        store.ListRounds(result.Run.Id).Should().HaveCount(5).And.OnlyContain(round => expected == null || round.Participants.Count == expected);
        return result;
    }
}
