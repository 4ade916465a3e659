using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>A scenario in the simulator, in one process of real roles, and in processes of their own over TCP.</summary>
public sealed class ScenarioProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scenario_InTheSimulatorInRunAndInUpOverTcp_EndsWithTheSameParameters()
    {
        await File.WriteAllTextAsync(
            _folder["scenario.json"],
            """
            {
              "Clients": { "Count": 5, "Features": 20, "Classes": 4, "Samples": "uniform 10 40", "Alpha": 0.3 },
              "Strategy": { "Name": "fedadam" },
              "Training": { "Rounds": 6, "LocalEpochs": 2 },
              "Participation": { "Fraction": 0.6, "MinWorkers": 2 }
            }
            """);

        CommandLineRun simulated = await Run("simulate", "scenario.json", "-o", "json");
        CommandLineRun export = await Run("simulate", "scenario.json", "--export", "real", "-o", "json");
        CommandLineRun alone = await Run("run", "real/fed.json", "-o", "json");
        CommandLineRun processes = await Run("up", "coordinated", "real/fed.json", "--port", "0", "--new", "-o", "json");

        simulated.ExitCode.Should().Be(0, simulated.Error);
        export.ExitCode.Should().Be(0, export.Error);
        alone.ExitCode.Should().Be(0, alone.Error);
        processes.ExitCode.Should().Be(0, processes.Error);
        string expected = simulated.Json["data"]!["runs"]![0]!["parameter_hash"]!.GetValue<string>();
        alone.Json["data"]!["parameter_hash"]!.GetValue<string>().Should().Be(expected);
        processes.Json["data"]!["parameter_hash"]!.GetValue<string>().Should().Be(expected);
    }

    [Fact]
    public async Task ScenarioOfPeers_InTheSimulatorAndInUpOverTcp_EndsWithTheSameParameters()
    {
        await File.WriteAllTextAsync(
            _folder["scenario.json"],
            """
            {
              "Mode": "gossip",
              "Clients": { "Count": 3, "Features": 12, "Classes": 4, "Samples": "uniform 10 40", "Alpha": 0.3 },
              "Strategy": { "Name": "gossipavg" },
              "Gossip": { "Topology": "line", "MixingRounds": 2, "PublicationInterval": "60s", "ConvergenceEps": 0 },
              "Devices": { "Speed": "list 50 50 5" },
              "Training": { "Rounds": 4, "LocalEpochs": 2 }
            }
            """);

        CommandLineRun simulated = await Run("simulate", "scenario.json", "-o", "json");
        CommandLineRun export = await Run("simulate", "scenario.json", "--export", "real", "-o", "json");
        CommandLineRun processes = await Run("up", "gossip", "real/fed.json", "--port", "0", "-o", "json");

        simulated.ExitCode.Should().Be(0, simulated.Error);
        export.ExitCode.Should().Be(0, export.Error);
        processes.ExitCode.Should().Be(0, processes.Error);
        processes.Json["data"]!["parameter_hash"]!.GetValue<string>().Should().Be(simulated.Json["data"]!["runs"]![0]!["parameter_hash"]!.GetValue<string>());
    }

    private Task<CommandLineRun> Run(params string[] arguments) => BuiltProgram.RunAsync(_folder.Path, arguments);
}
