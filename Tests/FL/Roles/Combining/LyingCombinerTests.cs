using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Combining;

/// <summary>What a combiner sends is somebody else's: each lie is refused in words, and the model is that of the workers' updates.</summary>
public sealed class LyingCombinerTests
{
    // What is to happen when it has passed happens on a slow machine, too, though it may happen to others beside.
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(3);

    public static TheoryData<string, string> Lies => new()
    {
        { "a worker that is not its own", "its sum is of A, C, Z; asked for was that of A, C" },
        { "a worker fewer", "its sum is of C; asked for was that of A, C" },
        { "an update twice", "the sum is of 3 updates; it should be of 2" },
        { "other weights", "weigh" },
        { "another model", "the sum has 4 parameters; the model has 15" },
        { "too many zeros", "no sum has" },
        { "larger than they can be", "larger than 2 updates of these weights can have" },
        { "half of it", "bytes of numbers" },
        { "nothing", "no head" },
        { "another round", "did not send its sum in time" },
        { "silence", "did not send its sum in time" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Combiner_LyingToTheProvider_IsExpelledAndTheModelIsRight(string lie, string words)
    {
        Dictionary<string, string[]> through = new()
        {
            ["A"] = ["combiner-1", "combiner-2"], ["B"] = ["combiner-2"], ["C"] = ["combiner-1", "combiner-2"], ["D"] = ["combiner-2"],
        };

        RoundRecord round = await PlayAsync(lie, "combiner-1", through);

        RefusalRecord refusal = round.Refusals.Should().Contain(refusal => refusal.WorkerId == "combiner-1").Which;
        refusal.Reason.Should().Be("aggregation_failed");
        refusal.Text.Should().Contain("combiner combiner-1").And.Contain(words);
    }

    [Theory]
    [InlineData("an update twice")]
    [InlineData("a worker fewer")]
    [InlineData("nothing")]
    public async Task Combiner_LyingToTheOneAbove_IsExpelledThereAndTheModelIsRight(string lie)
    {
        Dictionary<string, string[]> through = new()
        {
            ["combiner-2"] = ["combiner-1"], ["A"] = ["combiner-2", "combiner-1"], ["B"] = ["combiner-1"], ["C"] = ["combiner-2", "combiner-1"], ["D"] = [],
        };

        RoundRecord round = await PlayAsync(lie, "combiner-2", through);

        round.Refusals.Should().Contain(refusal => refusal.WorkerId == "combiner-1" && refusal.Text.Contains("combiner combiner-2"));
        round.Refusals.Should().NotContain(refusal => refusal.Text.Contains("combiner combiner-1 takes no further part"));
    }

    /// <summary>The attempts that failed with it ended the run, although its workers had other ways.</summary>
    [Fact]
    public async Task Combiner_WithoutASumEachTime_IsExpelledAndTheModelIsRight()
    {
        Dictionary<string, string[]> through = new() { ["A"] = ["combiner-1", "combiner-2"], ["B"] = ["combiner-2"], ["C"] = ["combiner-1"], ["D"] = [] };

        RoundRecord round = await PlayAsync("failure", "combiner-1", through, maxAttempts: 3);

        round.Refusals.Where(refusal => refusal.WorkerId == "combiner-1").Select(refusal => refusal.Text).Should().Equal("out of memory", "out of memory", "out of memory");
    }

    /// <summary>A combiner that was cut off for longer than a sum may take was out of the run for good.</summary>
    [Fact]
    public async Task Combiner_WhoseSumDidNotComeOnce_RestsAndSumsAgainInALaterRound()
    {
        using MemoryTrainingStore store = new();
        FederationOptions rules = Rules(minWorkers: 4, timeout: Overdue);
        rules = rules with { Training = rules.Training with { Rounds = 1_000_000 } };
        await using Federation federation = new(new MemoryTransport(), store, rules, new TinyData()) { Through = new Dictionary<string, string[]> { ["A"] = ["combiner-1"], ["C"] = ["combiner-1"] } };
        TaskCompletionSource<RegistrationRefused> dismissed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource back = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<int> summed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        federation.OnMessage = (role, message) =>
        {
            if (role == "combiner-1" && message is RegistrationRefused refused)
            {
                dismissed.TrySetResult(refused);
            }
            else if (role == "combiner-1" && message is Registered && dismissed.Task.IsCompleted)
            {
                back.TrySetResult();
            }
            else if (role == Federation.Provider && message is PartialSum { Key.Round: > 2 } sum)
            {
                summed.TrySetResult(sum.Key.Round);
            }
        };
        federation.OnSend = (role, message) => role == "combiner-1" && message is PartialSum { Key.Round: 2 } sum ? Lie("silence", sum) : message;
        await federation.StartAllAsync();

        RegistrationRefused told = await dismissed.Task.Limit();
        await back.Task.Limit();
        await federation.KillAsync("A");
        await federation.StartAsync("A");

        (told.Code, told.MayPass).Should().Be((RegistrationRefusal.SumOverdue.Code(), true));
        told.Text.Should().StartWith("combiner combiner-1 takes no part up to round ").And.EndWith("it did not send its sum in time");
        (await summed.Task.Limit()).Should().BeGreaterThan(2, "a worker that looks for a way finds it there again");
    }

    /// <summary>It was told that it rests, and then that it is admitted: its workers registered with a provider that did not know it any more.</summary>
    [Fact]
    public async Task Combiner_ThatRegistersAnewInEachAttempt_RestsAndIsNotAdmittedUnasked()
    {
        using MemoryTrainingStore store = new();
        await using Federation federation = new(new MemoryTransport(), store, Rules(minWorkers: 4, maxAttempts: 2), new TinyData())
        {
            Through = new Dictionary<string, string[]> { ["A"] = ["combiner-1", "combiner-2"], ["B"] = ["combiner-2"], ["C"] = ["combiner-1", "combiner-2"] },
        };
        ConcurrentQueue<string> said = [];
        RegisterCombiner? registration = null;
        federation.OnMessage = (role, message) =>
        {
            // Its workers' places hear of their own admission, and whenever they get a thread.
            if (role == "combiner-1" && message is Registered { MemberId: "combiner-1" } or RegistrationRefused { MemberId: "combiner-1", Code: "sum_overdue" })
            {
                said.Enqueue(message.GetType().Name);
            }
        };
        federation.OnSend = (role, message) =>
        {
            if (role == "combiner-1" && message is RegisterCombiner register)
            {
                registration = register;
                said.Enqueue(nameof(RegisterCombiner));
            }

            return role == "combiner-1" && message is PartialSum { Key: { Round: 2, Attempt: <= 2 } } ? registration! : message;
        };
        await federation.StartAllAsync();

        RunResult result = await federation.Completion.Task.Limit();

        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        string[] heard = [.. said];
        int refused = Array.IndexOf(heard, nameof(RegistrationRefused));
        refused.Should().BePositive("it rests after the second attempt that failed with it");
        heard.Skip(refused + 1).TakeWhile(what => what != nameof(RegisterCombiner)).Should().NotContain(nameof(Registered), "it has to ask first");
        store.ListRounds(result.Run.Id).Should().HaveCount(3).And.OnlyContain(round => round.Participants.Count == 4);
    }

    /// <summary>A combiner could say of another's worker that it is gone, and so fail any attempt.</summary>
    [Fact]
    public async Task Combiner_ThatSaysAnothersWorkerHasLeft_FailsNoAttempt()
    {
        using MemoryTrainingStore store = new();
        FederationOptions rules = Rules(minWorkers: 2);
        rules = rules with { Participation = rules.Participation with { RoleTimeout = Overdue } };
        await using Federation federation = new(new MemoryTransport(), store, rules, new TinyData()) { Through = new Dictionary<string, string[]> { ["A"] = ["combiner-1"], ["B"] = ["combiner-2"] } };
        TaskCompletionSource counted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef? place = null;
        federation.OnMessage = (role, message) =>
        {
            place = role == "combiner-1" && message is FromAbove heard ? heard.StandIn : place;
            if (role == "combiner-2" && message is FromAbove { Message: CountUpdate { Key.Round: 2 } })
            {
                counted.TrySetResult();
            }
        };
        // The round is open for as long as A owes its update. Afterwards A may be there again and be asked once more; without its answer the round would wait for its deadline.
        bool owes = true;
        federation.OnSend = (role, message) => role == "A" && message is ModelUpdate { Key.Round: 2 } update && Volatile.Read(ref owes) ? update with { Key = update.Key with { Round = 1 } } : message;
        await federation.StartAllAsync();
        await counted.Task.Limit();
        ActorRef provider = federation.SystemOf("combiner-1").Remote.Connect(federation.ProviderAddress).ActorOf(CoordinatedRoles.ProviderName);
        Volatile.Write(ref owes, false);
        provider.Tell(new WorkerLeft("B", "it is gone", MayReturn: true), place!);

        RunResult result = await federation.Completion.Task.Limit();

        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        store.ListRounds(result.Run.Id)[1].Refusals.Should().NotContain(refusal => refusal.WorkerId == "combiner-1");
    }

    [Fact]
    public async Task Combiner_ThatReportsMoreExamplesThanASiteHas_IsRefusedAsTheWorkerWouldBe()
    {
        using MemoryTrainingStore store = new();
        await using Federation federation = new(new MemoryTransport(), store, Rules(minWorkers: 3), new TinyData()) { Through = new Dictionary<string, string[]> { ["A"] = ["combiner-1"] } };
        federation.OnSend = (role, message) => role == "combiner-1" && message is UpdateFiguresReport report ? report with { Samples = 1000 } : message;
        await federation.StartAllAsync();

        RunResult result = await federation.Completion.Task.Limit();

        store.ListRounds(result.Run.Id).Should().HaveCount(3).And.AllSatisfy(round =>
        {
            round.Participants.Select(participant => participant.WorkerId).Should().Equal("B", "C", "D");
            round.Refusals.Should().Contain(refusal => refusal.WorkerId == "A" && refusal.Reason == "out_of_range");
        });
    }

    private static async Task<RoundRecord> PlayAsync(string lie, string liar, Dictionary<string, string[]> through, int maxAttempts = 20)
    {
        using MemoryTrainingStore calm = new();
        RunResult expected = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = Rules(minWorkers: 4), Data = new TinyData(), Store = calm }).Limit();
        using MemoryTrainingStore store = new();
        await using Federation federation = new(new MemoryTransport(), store, Rules(minWorkers: 4, maxAttempts, lie is "silence" or "another round" ? Overdue : null), new TinyData()) { Through = through, RegistrationTimeout = Eventually.Limit };
        federation.OnSend = (role, message) => role == liar && message is PartialSum { Key.Round: 2 } sum ? Lie(lie, sum) : message;
        await federation.StartAllAsync();

        RunResult result = await federation.Completion.Task.Limit();

        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        result.ParameterHash.Should().Be(expected.ParameterHash);
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(result.Run.Id);
        rounds.Should().HaveCount(3).And.OnlyContain(round => round.Participants.Count == 4);
        return rounds[1];
    }

    private static object Lie(string lie, PartialSum sum) => lie switch
    {
        "a worker that is not its own" => sum with { Workers = [.. sum.Workers, "Z"] },
        "a worker fewer" => sum with { Workers = [.. sum.Workers.Skip(1)] },
        "an update twice" => sum with { Body = SumOf(TinyData.Model.Layout, 0.5f, 60, 60, 62) },
        "other weights" => sum with { Body = SumOf(TinyData.Model.Layout, 0.5f, 60, 63) },
        "another model" => sum with { Body = SumOf(new ParameterLayout(new TensorShape("W", 4)), 0.5f, 60, 62) },
        "too many zeros" => sum with { Body = Changed(sum.Body, 25, 64) },
        "larger than they can be" => sum with { Body = Changed(sum.Body, 25, 30) },
        "half of it" => sum with { Body = sum.Body[..^20] },
        "nothing" => sum with { Body = default },
        "another round" => sum with { Key = sum.Key with { Round = 1 } },
        "failure" => new SumFailed(sum.Key, "out of memory"),
        "silence" => new SumFailed(sum.Key with { Round = 1 }, "nothing to say"),
        _ => throw new ArgumentException(lie, nameof(lie)),
    };

    private static byte[] SumOf(ParameterLayout layout, float value, params double[] weights)
    {
        FederatedAverage sum = new(layout);
        float[] update = new float[layout.Count];
        Array.Fill(update, value);
        foreach (double weight in weights)
        {
            sum.TryAdd(update, weight, out _).Should().BeTrue();
        }

        return SumCodec.ToBytes(sum);
    }

    private static byte[] Changed(ReadOnlyMemory<byte> body, int at, byte by)
    {
        byte[] changed = body.ToArray();
        changed[at] = by;
        return changed;
    }

    /// <summary>Nothing waits for a time to pass, unless the test says so: who is slow, since the machine is, is not taken for one that failed.</summary>
    private static FederationOptions Rules(int minWorkers, int maxAttempts = 20, TimeSpan? timeout = null) => new()
    {
        Training = new TrainingOptions { Rounds = 3, LocalEpochs = 1, LearningRate = 0.05f },
        Participation = new ParticipationOptions
        {
            MinWorkers = minWorkers, MaxAttempts = maxAttempts, RoundTimeout = timeout ?? Eventually.Limit, RoleTimeout = timeout ?? Eventually.Limit, StartTimeout = Eventually.Limit,
        },
    };
}
