using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Scenarios;

/// <summary>What a scenario says that it will take of memory is what its process takes.</summary>
/// <remarks>The collector's youngest generation follows from the processor's cache. Here it is set to what it is where the figures were taken, so that they hold elsewhere.</remarks>
public sealed class ScenarioMemoryTests : IDisposable
{
    // Hexadecimal: 80 MiB.
    private static readonly string[] YoungestGeneration = ["env", "DOTNET_GCgen0size=5000000"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1_000, 1, 0.5, 1.5)]
    [InlineData(100_000, 0.1, 0.8, 1.2)]
    [InlineData(100_000, 1, 0.8, 1.2)]
    public async Task Simulate_StatedMemory_IsThePeak(int clients, double fraction, double least, double most)
    {
        JsonNode data = await SimulateAsync($$"""
            {"Clients": {"Count": {{clients}}, "Features": 8, "Classes": 3, "Samples": 1, "EvaluationSamples": 50},
             "Training": {"Rounds": 3, "LocalEpochs": 1}, "Participation": {"Fraction": {{fraction}} } }
            """);

        double stated = data["stated_memory_bytes"]!.GetValue<long>();
        (data["peak_memory_bytes"]!.GetValue<long>() / stated).Should().BeInRange(least, most, "of a thousand clients most is the program itself, which other machines lay out otherwise");
        data["runs"]![0]!["stated_memory_bytes"]!.GetValue<double>().Should().Be(stated);
    }

    [Fact]
    public async Task Simulate_StatedMemoryOfPeers_IsWithinAFactorOfTwoOfThePeak()
    {
        JsonNode data = await SimulateAsync("""
            {"Mode": "gossip", "Clients": {"Count": 30, "Features": 512, "Classes": 10, "EvaluationSamples": 100}, "Gossip": {"ConvergenceEps": 0},
             "Devices": {"Speed": "lognormal 20 0.5"}, "Training": {"Rounds": 4, "LocalEpochs": 1}}
            """);

        (data["peak_memory_bytes"]!.GetValue<long>() / data["stated_memory_bytes"]!.GetValue<double>()).Should().BeInRange(0.5, 2);
    }

    private async Task<JsonNode> SimulateAsync(string scenario)
    {
        await File.WriteAllTextAsync(_folder["s.json"], scenario);
        await using BuiltProgram program = BuiltProgram.StartWithin(YoungestGeneration, _folder.Path, "simulate", "s.json", "-o", "json", "--set", $"Storage:Path={_folder["storage"]}");
        (await program.EndAsync()).Should().Be(0, program.Error);
        return JsonNode.Parse(program.Out)!["data"]!;
    }
}
