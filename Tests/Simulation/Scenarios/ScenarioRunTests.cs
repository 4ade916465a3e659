using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Simulation.Scenarios;
using FedActors.Storage.Training;

namespace FedActors.Tests.Simulation.Scenarios;

public sealed class ScenarioRunTests : IDisposable
{
    /// <summary>As many updates as bulyan needs where one may be malicious; no other strategy needs more.</summary>
    private const int Bulyans = 7;

    private readonly MemoryTrainingStore _store = new();

    public void Dispose() => _store.Dispose();

    /// <summary>Every strategy that works in rounds, each with one of the samplers that measure no time in turn: a new one must end alike, too.</summary>
    public static TheoryData<string, double, string> Rules
    {
        get
        {
            TheoryData<string, double, string> rules = [];
            string[] strategies = [.. StrategyNames.All.Except(StrategyNames.Asynchronous)];
            string[] samplers = [.. Sampler.All.Where(sampler => sampler != Sampler.BySpeed)];
            for (int i = 0; i < strategies.Length; i++)
            {
                rules.Add(strategies[i], i % 2 == 0 ? 1 : 0.7, samplers[i / 2 % samplers.Length]);
            }

            return rules;
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Run_WhereAllAnswer_EndsWithTheParametersOfRealRoles(string strategy, double fraction, string sampling)
    {
        FederationOptions options = SmallScenario.Options() with { Strategy = new StrategyOptions { Name = strategy, Malicious = 1 } };
        options = options with { Training = options.Training with { Mu = strategy == StrategyNames.FedProx ? 0.1f : 0 }, Participation = options.Participation with { MinWorkers = Bulyans, Fraction = fraction, Sampling = sampling } };
        using MemoryTrainingStore real = new();

        RunResult simulated = ScenarioRun.Execute(SmallScenario.Setup(_store) with { Options = options });
        RunResult expected = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = Patient(options), Data = new ClientsAsData(SmallScenario.SyntheticClients()), Store = real });

        simulated.Outcome.Should().Be(RunOutcome.Finished);
        simulated.ParameterHash.Should().Be(expected.ParameterHash);
        _store.ListRounds(simulated.Run.Id).Select(round => round.ParameterHash).Should().Equal(real.ListRounds(expected.Run.Id).Select(round => round.ParameterHash));
        _store.ListRounds(simulated.Run.Id).Select(round => string.Join(' ', round.Cohort)).Should().Equal(real.ListRounds(expected.Run.Id).Select(round => string.Join(' ', round.Cohort)));
        simulated.Run.Fingerprint.Should().Be(expected.Run.Fingerprint);
    }

    [Theory]
    [InlineData(0.6, "topk(0.2)", "int8")]
    [InlineData(0.6, "randomk(0.2)")]
    [InlineData(1.0, "lowrank(1)")]
    [InlineData(0.6, "int4")]
    public async Task Run_Compressed_EndsWithTheParametersAndBytesOfRealRoles(double fraction, params string[] stages)
    {
        FederationOptions options = SmallScenario.Options() with { Compression = stages };
        options = options with { Participation = options.Participation with { Fraction = fraction } };
        using MemoryTrainingStore real = new();

        RunResult simulated = ScenarioRun.Execute(SmallScenario.Setup(_store) with { Options = options });
        RunResult expected = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = Patient(options), Data = new ClientsAsData(SmallScenario.SyntheticClients()), Store = real });

        simulated.ParameterHash.Should().Be(expected.ParameterHash);
        _store.ListRounds(simulated.Run.Id).Select(round => (round.UpdateBytes, round.BytesSaved)).Should().Equal(real.ListRounds(expected.Run.Id).Select(round => (round.UpdateBytes, round.BytesSaved)));
        _store.ListRounds(simulated.Run.Id).Should().AllSatisfy(round => round.BytesSaved.Should().BePositive());
    }

    [Fact]
    public async Task Run_OnRowsThatWereDealtOut_EndsWithTheParametersOfRealRoles()
    {
        using MemoryTrainingStore real = new();

        RunResult simulated = ScenarioRun.Execute(SmallScenario.Setup(_store) with { Clients = SmallScenario.PooledClients() });
        RunResult expected = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = Patient(SmallScenario.Options()), Data = new ClientsAsData(SmallScenario.PooledClients()), Store = real });

        simulated.ParameterHash.Should().Be(expected.ParameterHash);
    }

    [Fact]
    public void Run_OnOtherThreads_EndsWithTheSameParameters()
    {
        SyntheticClients Many() => SmallScenario.SyntheticClients(600);
        ScenarioSetup setup = SmallScenario.Setup(_store) with { Options = SmallScenario.Options(600, rounds: 2), Devices = new DeviceSpeeds(Parse("lognormal 100 1")), Faults = new ClientFaults { Crash = 0.1 } };

        RunResult one = ScenarioRun.Execute(setup with { Clients = Many(), Threads = 1 });
        RunResult three = ScenarioRun.Execute(setup with { Clients = Many(), Threads = 3, Time = new LaterClock() });

        three.ParameterHash.Should().Be(one.ParameterHash);
        three.Run.Id.Should().NotBe(one.Run.Id);
    }

    [Fact]
    public void Run_WithADeviceTenTimesSlower_TakesItsTimeEachRound()
    {
        ScenarioSetup setup = SmallScenario.Setup(_store) with { Devices = new DeviceSpeeds(Parse("list 30 30 30 3")) };

        RunResult result = ScenarioRun.Execute(setup);

        // 15 examples twice at 3 a second.
        _store.ListRounds(result.Run.Id).Should().AllSatisfy(round =>
        {
            round.Timings.Total.Should().Be(TimeSpan.FromSeconds(10));
            round.Timings.SlowestTraining.Should().Be(TimeSpan.FromSeconds(10));
            round.Participants.Should().HaveCount(SmallScenario.Clients);
        });
        (result.Run.EndedAt - result.Run.StartedAt).Should().Be(TimeSpan.FromSeconds(40));
    }

    [Fact]
    public void Run_WithADeviceSlowerThanTheDeadline_GoesOnWithoutIt()
    {
        ScenarioSetup setup = SmallScenario.Setup(_store) with { Devices = new DeviceSpeeds(Parse("list 30 30 30 0.1")) };

        RunResult result = ScenarioRun.Execute(setup);

        result.Outcome.Should().Be(RunOutcome.Finished);
        _store.ListRounds(result.Run.Id).Should().AllSatisfy(round =>
        {
            round.Participants.Should().HaveCount(9);
            round.Refusals.Should().OnlyContain(refusal => refusal.Reason == RefusalReason.NoAnswer.Code()).And.HaveCount(3);
            round.Timings.Total.Should().Be(TimeSpan.FromSeconds(30));
        });
    }

    [Fact]
    public void Run_OverASlowNetwork_AddsTheWayOfBothMessages()
    {
        NetworkConditions network = new() { Latency = Parse("0.5"), Upload = Parse("100") };

        RunResult result = ScenarioRun.Execute(SmallScenario.Setup(_store) with { Network = network });

        // 24 parameters and the message's overhead at 100 bytes a second, and two latencies.
        RoundRecord round = _store.ListRounds(result.Run.Id)[0];
        round.Timings.Total.Should().Be(TimeSpan.FromSeconds(1 + ((96 + 128) / 100.0)));
        round.BytesReceived.Should().Be(12 * (96 + 128)).And.Be(round.BytesSent);
    }

    [Theory]
    [InlineData("crash", RefusalReason.Lost)]
    [InlineData("failure", RefusalReason.TrainingFailed)]
    [InlineData("silence", RefusalReason.NoAnswer)]
    [InlineData("damage", RefusalReason.NonFinite)]
    [InlineData("duplicate", RefusalReason.Duplicate)]
    [InlineData("loss", RefusalReason.Lost)]
    public void Run_WithAFault_RefusesWhatItShouldAndGoesOn(string fault, RefusalReason reason)
    {
        const double Often = 0.3;
        ClientFaults faults = fault switch
        {
            "crash" => new ClientFaults { Crash = Often, Restart = Parse("1") },
            "failure" => new ClientFaults { Failure = Often },
            "silence" => new ClientFaults { Silence = Often },
            "damage" => new ClientFaults { Damage = Often },
            "duplicate" => new ClientFaults { Duplicate = Often },
            _ => new ClientFaults(),
        };
        NetworkConditions network = new() { Loss = fault == "loss" ? Often : 0 };

        RunResult result = ScenarioRun.Execute(SmallScenario.Setup(_store) with { Faults = faults, Network = network, Devices = new DeviceSpeeds(Parse("uniform 10 30")) });

        result.Outcome.Should().Be(RunOutcome.Finished);
        _store.ListRounds(result.Run.Id).SelectMany(round => round.Refusals).Select(refusal => refusal.Reason).Distinct().Should().Equal(reason.Code());
        _store.ListRounds(result.Run.Id).Should().AllSatisfy(round => round.Participants.Select(p => p.WorkerId).Should().OnlyHaveUniqueItems());
    }

    [Fact]
    public void Run_WithClientsThatComeAndGo_AsksThoseThatAreThere()
    {
        ScenarioSetup setup = SmallScenario.Setup(_store) with
        {
            Options = SmallScenario.Options(rounds: 20), Devices = new DeviceSpeeds(Parse("uniform 5 30")), Availability = new Availability(Parse("exponential 20"), Parse("exponential 10")),
        };

        RunResult result = ScenarioRun.Execute(setup);

        result.Outcome.Should().Be(RunOutcome.Finished);
        IReadOnlyList<RoundRecord> rounds = _store.ListRounds(result.Run.Id);
        rounds.Select(round => round.Cohort.Count).Distinct().Should().HaveCountGreaterThan(2);
        rounds.SelectMany(round => round.Refusals).Should().Contain(refusal => refusal.Reason == RefusalReason.Lost.Code() && refusal.Text.Contains("offline"));
    }

    [Fact]
    public void Run_WithTooFewClientsLeft_EndsBelowItsPolicy()
    {
        FederationOptions options = SmallScenario.Options();
        options = options with { Participation = options.Participation with { MinWorkers = SmallScenario.Clients, MaxAttempts = 2 } };

        RunResult result = ScenarioRun.Execute(SmallScenario.Setup(_store) with { Options = options, Faults = new ClientFaults { Silence = 0.5 } });

        result.Outcome.Should().Be(RunOutcome.BelowParticipation);
    }

    [Fact]
    public void Run_WithAttackers_HarmsTheMeanAndNotTheMedian()
    {
        FederationOptions options = SmallScenario.Options(rounds: 12);
        ScenarioSetup honest = SmallScenario.Setup(_store) with { Options = options };
        ScenarioSetup attacked = honest with { Attack = AllAttacks.Find("model-replacement"), AttackShare = 0.25, Clients = SmallScenario.SyntheticClients() };
        ScenarioSetup defended = attacked with { Options = options with { Strategy = new StrategyOptions { Name = StrategyNames.FedMedian } }, Clients = SmallScenario.SyntheticClients() };

        double clean = Accuracy(honest);

        Accuracy(attacked).Should().BeLessThan(clean - 0.2);
        Accuracy(defended).Should().BeGreaterThan(clean - 0.2);
    }

    [Fact]
    public void Run_SemiSynchronous_LetsFastDevicesTakeMoreSteps()
    {
        FederationOptions options = SmallScenario.Options(rounds: 6) with { Protocol = new ProtocolOptions { Kind = Protocols.SemiSynchronous } };

        RunResult result = ScenarioRun.Execute(SmallScenario.Setup(_store) with { Options = options, Devices = new DeviceSpeeds(Parse("list 60 60 60 6")) });

        // All train for about the budget: nobody waits for the slow one as in the first round.
        IReadOnlyList<RoundRecord> rounds = _store.ListRounds(result.Run.Id);
        result.Outcome.Should().Be(RunOutcome.Finished);
        double Idle(RoundRecord round) => 1 - (round.Participants.Average(p => p.TrainingTime.TotalSeconds) / round.Timings.Total.TotalSeconds);
        Idle(rounds[^1]).Should().BeLessThan(Idle(rounds[0]) / 2);
    }

    [Fact]
    public void Run_ThatIsStopped_KeepsWhatItHasCommitted()
    {
        using CancellationTokenSource source = new();
        ScenarioSetup setup = SmallScenario.Setup(_store) with { Progress = progress => (progress.Round == 3 ? source : null)?.Cancel() };

        RunResult result = ScenarioRun.Execute(setup, source.Token);

        result.Outcome.Should().Be(RunOutcome.Stopped);
        result.Run.CommittedRounds.Should().Be(2);
    }

    [Fact]
    public void Run_ThatIsStoppedWhileItPrepares_EndsBeforeItsFirstRound()
    {
        using CancellationTokenSource source = new();
        List<ScenarioProgress> told = [];
        SyntheticClients clients = SmallScenario.SyntheticClients(count: 9000);
        ScenarioSetup setup = SmallScenario.Setup(_store) with
        {
            Clients = clients, Options = SmallScenario.Options(clients: 9000),
            Progress = progress =>
            {
                told.Add(progress);
                source.Cancel();
            },
        };

        RunResult result = ScenarioRun.Execute(setup, source.Token);

        told.Should().ContainSingle().Which.Should().Be(new ScenarioProgress(0, 4096, 9000));
        result.Outcome.Should().Be(RunOutcome.Stopped);
        result.Run.CommittedRounds.Should().Be(0);
        _store.FindRun(result.Run.Id).Should().BeNull("it had not begun");
    }

    [Fact]
    public void Execute_AnotherNumberOfWorkers_IsRefused()
    {
        Action execute = () => ScenarioRun.Execute(SmallScenario.Setup(_store) with { Options = SmallScenario.Options(clients: 3) });

        execute.Should().Throw<ArgumentException>().WithMessage("There are 12 clients, and the run expects 3 workers.*");
    }

    [Fact]
    public void Execute_AttackersThatKnowARoundWhereUpdatesOutliveIt_AreRefused()
    {
        FederationOptions options = SmallScenario.Options() with { Protocol = new ProtocolOptions { Kind = Protocols.Asynchronous } };
        Action execute = () => ScenarioRun.Execute(SmallScenario.Setup(_store) with { Options = options, Attack = AllAttacks.Find("sign-flip"), AttackShare = 0.2 });

        execute.Should().Throw<ArgumentException>().WithMessage("Attackers of sign-flip know what all others send in a round*");
    }

    /// <summary>Real roles run in real time: on a machine that is busy for longer than a usual wait, a round would close without somebody, which no scenario does.</summary>
    private static FederationOptions Patient(FederationOptions options) => options with
    {
        Participation = options.Participation with { RoundTimeout = TimeSpan.FromHours(1), StartTimeout = TimeSpan.FromHours(1), RoleTimeout = TimeSpan.FromHours(1) },
    };

    private double Accuracy(ScenarioSetup setup)
    {
        RunResult result = ScenarioRun.Execute(setup);
        return _store.LatestRound(result.Run.Id)?.Evaluation?.Accuracy ?? 0;
    }

    private static Distribution Parse(string text) => Distribution.TryParse(text, out Distribution? distribution) ? distribution : throw new FormatException(text);

    /// <summary>A run that begins later has another id.</summary>
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddDays(1);
    }
}
