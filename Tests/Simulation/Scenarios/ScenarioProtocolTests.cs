using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Simulation.Races;
using FedActors.Simulation.Scenarios;
using FedActors.Storage.Training;

namespace FedActors.Tests.Simulation.Scenarios;

/// <summary>Protocols in which updates outlive their round: a scenario takes the time, and comes to the parameters, of the roles that are shipped, in virtual time.</summary>
public sealed class ScenarioProtocolTests : IDisposable
{
    // Ticks that no two sums of which are equal, so that nothing happens at one time.
    private static readonly long[] StepTicks = [100_003, 110_017, 120_031, 130_043, 90_007, 95_009, 105_019, 115_023, 125_029, 135_041, 99_017, 1_000_033];

    private readonly MemoryTrainingStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("asynchronous", "fedasync", "drop", null)]
    [InlineData("asynchronous", "fedbuff", "drop", 3)]
    [InlineData("asynchronous", "fedrec", "drop", null)]
    [InlineData("asynchronous", "fedadam", "drop", 4)]
    [InlineData("asynchronous", "fedmedian", "drop", 5)]
    [InlineData("synchronous", "fedavg", "keep", null)]
    [InlineData("synchronous", "fedavg", "weigh", null)]
    [InlineData("semi-synchronous", "fedavg", "drop", null)]
    public async Task Run_WithASlowDevice_EndsWhenAndWithWhatRealRolesDo(string protocol, string strategy, string late, int? buffer)
    {
        FederationOptions options = Options(protocol, strategy, late, buffer);
        SyntheticClients clients = Clients();
        Dictionary<string, TimeSpan> steps = Enumerable.Range(0, SmallScenario.Clients).ToDictionary(clients.NameOf, client => TimeSpan.FromTicks(StepTicks[client]));
        RaceResult race = await ProtocolRace.RunAsync(new RaceSetup(options, new ClientsAsData(Clients()), steps));

        RunResult result = ScenarioRun.Execute(Setup(options, clients));

        result.Outcome.Should().Be(RunOutcome.Finished);
        IReadOnlyList<RoundRecord> rounds = _store.ListRounds(result.Run.Id);
        result.ParameterHash.Should().Be(race.ParameterHash);
        rounds.Sum(round => round.Participants.Count).Should().Be(race.Updates);
        (result.Run.EndedAt!.Value - result.Run.StartedAt).Should().BeCloseTo(race.Duration, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Run_Asynchronous_DoesNotWaitForTheSlowDevice()
    {
        TimeSpan Took(string protocol, string strategy, int? buffer, int rounds)
        {
            FederationOptions options = Options(protocol, strategy, "drop", buffer);
            RunResult result = ScenarioRun.Execute(Setup(options with { Training = options.Training with { Rounds = rounds } }, Clients()));
            return result.Run.EndedAt!.Value - result.Run.StartedAt;
        }

        // As many updates, and the slow one ten times slower.
        double factor = Took("synchronous", "fedavg", null, 8) / Took("asynchronous", "fedbuff", 3, 32);

        factor.Should().BeInRange(7, 11);
    }

    [Theory]
    [InlineData("asynchronous", "fedbuff", "drop")]
    [InlineData("synchronous", "fedavg", "weigh")]
    public void Run_WhereMuchGoesWrong_CountsNoUpdateTwice(string protocol, string strategy, string late)
    {
        FederationOptions options = Options(protocol, strategy, late, null);
        options = options with { Participation = options.Participation with { RoundTimeout = TimeSpan.FromSeconds(10), MaxAttempts = 20 } };
        ScenarioSetup setup = Setup(options with { Training = options.Training with { Rounds = 30 }, Compression = ["int8"] }, Clients()) with
        {
            Devices = new DeviceSpeeds(Parse("lognormal 15 1")),
            Network = new NetworkConditions { Loss = 0.05, Latency = Parse("exponential 0.5") },
            Faults = new ClientFaults { Crash = 0.05, Restart = Parse("2"), Failure = 0.05, Silence = 0.02, Damage = 0.05, Duplicate = 0.2 },
            Attack = AllAttacks.Find("label-flip"),
            AttackShare = 0.2,
        };

        RunResult result = ScenarioRun.Execute(setup);

        result.Outcome.Should().Be(RunOutcome.Finished, result.Reason);
        IReadOnlyList<RoundRecord> rounds = _store.ListRounds(result.Run.Id);
        rounds.Should().AllSatisfy(round => round.Participants.Select(p => p.WorkerId).Should().OnlyHaveUniqueItems());
        rounds.SelectMany(round => round.Refusals).Select(refusal => refusal.Reason).Should().Contain(RefusalReason.Duplicate.Code());
        ScenarioRun.Execute(setup with { Clients = Clients(), Threads = 1 }).ParameterHash.Should().Be(result.ParameterHash);
    }

    private static FederationOptions Options(string protocol, string strategy, string late, int? buffer)
    {
        FederationOptions options = SmallScenario.Options(rounds: protocol == Protocols.Asynchronous ? 40 : 12);
        return options with
        {
            Strategy = new StrategyOptions { Name = strategy },
            Protocol = new ProtocolOptions { Kind = protocol, Late = late, Buffer = buffer },

            // Late updates come when a round's deadline is before the slow device is done.
            Participation = options.Participation with { RoundTimeout = late == LateUpdates.Drop ? TimeSpan.FromSeconds(30) : TimeSpan.FromMilliseconds(150) },
        };
    }

    // Sixteen examples in batches of four are four steps.
    private static SyntheticClients Clients() =>
        new(new SyntheticExamples { Features = 7, Classes = 3, Samples = Distribution.Constant(16), Alpha = 0.5, EvaluationSamples = 60 }, SmallScenario.Clients, seed: 5);

    private ScenarioSetup Setup(FederationOptions options, IVirtualClients clients) => SmallScenario.Setup(_store) with
    {
        Options = options,
        Clients = clients,
        Devices = new DeviceSpeeds(Parse("list " + string.Join(' ', StepTicks.Select(ticks => (4.0 * TimeSpan.TicksPerSecond / ticks).ToString("R", System.Globalization.CultureInfo.InvariantCulture))))),
    };

    private static Distribution Parse(string text) => Distribution.TryParse(text, out Distribution? distribution) ? distribution : throw new FormatException(text);
}
