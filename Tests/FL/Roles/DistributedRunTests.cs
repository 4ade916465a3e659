using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class DistributedRunTests
{
    [Fact]
    public async Task Run_AnyTransportAndOrderOfAnswers_GivesTheSameBits()
    {
        using MemoryTrainingStore store = new();
        RunResult inOneProcess = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = Rules(), Data = new TinyData(), Store = store }).Limit();

        RunResult overMemory = await RunAsync(new MemoryTransport());
        RunResult overTcp = await RunAsync(new TcpTransport());
        inOneProcess.Outcome.Should().Be(RunOutcome.Finished);
        overMemory.ParameterHash.Should().Be(inOneProcess.ParameterHash);
        overTcp.ParameterHash.Should().Be(inOneProcess.ParameterHash);
        for (ulong seed = 0; seed < 4; seed++)
        {
            (await RunAsync(new MemoryTransport(), new ShuffledScheduler(seed, batch: 4))).ParameterHash.Should().Be(inOneProcess.ParameterHash);
        }
    }

    // Rules that compare updates must not see the order of arrival, and what rules and optimizers need must cross the wire.
    [Theory]
    [InlineData("fedadam")]
    [InlineData("multikrum")]
    [InlineData("centeredclipping")]
    [InlineData("fednova")]
    [InlineData("qfedavg")]
    public async Task Run_AnyStrategyOverTcp_GivesTheBitsOfOneProcess(string strategy)
    {
        FederationOptions rules = Rules() with { Strategy = new StrategyOptions { Name = strategy, Keep = 0 } };
        using MemoryTrainingStore store = new();
        CoordinatedRunSetup setup = new() { Options = rules, Data = new TinyData(), Store = store };
        RunResult inOneProcess = await CoordinatedRun.ExecuteAsync(setup).Limit();
        RunResult mean = await CoordinatedRun.ExecuteAsync(setup with { Options = Rules() }).Limit();

        RunResult overTcp = await RunAsync(new TcpTransport(), new ShuffledScheduler(3, batch: 4), rules);

        inOneProcess.Outcome.Should().Be(RunOutcome.Finished);
        overTcp.ParameterHash.Should().Be(inOneProcess.ParameterHash).And.NotBe(mean.ParameterHash);
    }

    [Theory]
    [InlineData("topk(0.2)")]
    [InlineData("topk(0.2)", "int4")]
    [InlineData("randomk(0.2)", "float16")]
    [InlineData("lowrank(1)")]
    [InlineData("int8")]
    public async Task Run_AnyCompressionOverTcp_GivesTheBitsOfOneProcess(params string[] stages)
    {
        FederationOptions rules = Rules() with { Compression = stages };
        using MemoryTrainingStore store = new();
        CoordinatedRunSetup setup = new() { Options = rules, Data = new TinyData(), Store = store };
        RunResult inOneProcess = await CoordinatedRun.ExecuteAsync(setup).Limit();
        RunResult plain = await CoordinatedRun.ExecuteAsync(setup with { Options = Rules() }).Limit();

        RunResult overTcp = await RunAsync(new TcpTransport(), new ShuffledScheduler(3, batch: 4), rules);

        inOneProcess.Outcome.Should().Be(RunOutcome.Finished, inOneProcess.Reason);
        overTcp.ParameterHash.Should().Be(inOneProcess.ParameterHash).And.NotBe(plain.ParameterHash);
        store.ListRounds(inOneProcess.Run.Id).Should().HaveCount(4).And.AllSatisfy(round => round.UpdateBytes.Should().BeLessThan(4 * 4 * TinyData.Model.Layout.Count));
        store.ListRounds(plain.Run.Id).Should().AllSatisfy(round => (round.UpdateBytes, round.BytesSaved).Should().Be((4 * 4 * TinyData.Model.Layout.Count, 0)));
    }

    private static FederationOptions Rules() => new() { Training = new TrainingOptions { Rounds = 4, LocalEpochs = 2, LearningRate = 0.05f } };

    private static async Task<RunResult> RunAsync(ITransport network, TaskScheduler? training = null, FederationOptions? rules = null)
    {
        using MemoryTrainingStore store = new();
        await using Federation federation = new(network, store, rules ?? Rules(), new TinyData()) { Training = training ?? TaskScheduler.Default };
        await federation.StartAllAsync();
        RunResult result = await federation.Completion.Task.Limit();
        store.ListRounds(result.Run.Id).Should().HaveCount(4).And.OnlyContain(round => round.Participants.Count == 4);
        return result;
    }
}
