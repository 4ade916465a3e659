using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Training;

namespace FedActors.Tests.Simulation.Coordinated;

/// <summary>What is simulated is what really runs: the same rules, data and seed end with the same parameters.</summary>
public sealed class RealRunTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Run_WithoutFaults_EndsWithTheParametersOfARealOne(ulong seed)
    {
        CoordinatedSchedule schedule = CoordinatedSchedule.Draw(seed) with { Faults = [], Fraction = 1 };
        ScheduleResult simulated = new CoordinatedSimulator().Run(schedule, keepsLines: true);
        using MemoryTrainingStore store = new();

        RunResult real = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup
        {
            Options = Patient(CoordinatedWorld.OptionsOf(schedule)), Data = new Sites(schedule.Workers), Store = store,
        });

        simulated.Violation.Should().BeNull();
        simulated.Committed.Should().Be(real.Run.CommittedRounds).And.Be(schedule.Rounds);
        simulated.Lines.Select(line => line.What).Should().Contain(
            $"writes round {schedule.Rounds} of {string.Join(", ", schedule.Workers)} as {real.ParameterHash![..8]}");
    }

    /// <summary>Real roles run in real time, and a schedule's waits are short: on a busy machine a round would close without somebody.</summary>
    private static FederationOptions Patient(FederationOptions options) => options with
    {
        Participation = options.Participation with { RoundTimeout = TimeSpan.FromHours(1), StartTimeout = TimeSpan.FromHours(1), RoleTimeout = TimeSpan.FromHours(1) },
    };

    /// <summary>The simulator's sites as a data set.</summary>
    private sealed class Sites(IReadOnlyList<string> workers) : IFederatedData
    {
        private readonly SimulatedSites _sites = new();

        public DataManifest Manifest => new()
        {
            Name = "simulated", Features = SimulatedSites.Model.Features, Classes = SimulatedSites.Model.Classes, ClassNames = ["x", "y", "z"],
            Sites = [.. workers.Select(worker => new SiteFile(worker, "memory", _sites.DataOf(worker).Count, ""))],
            Evaluation = new SiteFile("evaluation", "memory", LoadEvaluation().Count, ""),
        };

        public DataSet LoadSite(string site) => _sites.DataOf(site);

        public DataSet LoadEvaluation() => _sites.DataOf(SimulatedSites.Evaluation);
    }
}
