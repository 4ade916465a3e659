using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Scenarios;

/// <summary>What a scenario says that it will take of memory is what its process takes.</summary>
public sealed class ScenarioMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"Clients": {"Count": 50000, "Features": 16, "Classes": 4, "EvaluationSamples": 100}, "Training": {"Rounds": 2, "LocalEpochs": 1}, "Participation": {"Fraction": 0.2}}""")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 30, "Features": 512, "Classes": 10, "EvaluationSamples": 100}, "Gossip": {"ConvergenceEps": 0}, "Devices": {"Speed": "lognormal 20 0.5"}, "Training": {"Rounds": 4, "LocalEpochs": 1}}""")]
    public async Task Simulate_StatedMemory_IsWithinAFactorOfTwoOfThePeak(string scenario)
    {
        JsonNode data = await SimulateAsync(scenario);

        double stated = data["stated_memory_bytes"]!.GetValue<long>();
        (data["peak_memory_bytes"]!.GetValue<long>() / stated).Should().BeInRange(0.5, 2);
        data["runs"]![0]!["stated_memory_bytes"]!.GetValue<double>().Should().Be(stated);
    }

    [Fact]
    public async Task Simulate_MoreClients_TakesLessThanTwoKilobytesForEach()
    {
        const int Few = 2_000;
        const int Many = 62_000;
        long[] peaks = new long[2];
        foreach ((int i, int clients) in new[] { Few, Many }.Index())
        {
            peaks[i] = (await SimulateAsync($$"""{"Clients": {"Count": {{clients}}, "Features": 8, "Classes": 3, "EvaluationSamples": 50}, "Training": {"Rounds": 2, "LocalEpochs": 1}, "Participation": {"Fraction": 0.05} }"""))["peak_memory_bytes"]!.GetValue<long>();
        }

        ((peaks[1] - peaks[0]) / (Many - Few)).Should().BeLessThan(2_048, "a registered client takes about one, and trains in its turn on what all use");
    }

    private async Task<JsonNode> SimulateAsync(string scenario)
    {
        await File.WriteAllTextAsync(_folder["s.json"], scenario);
        CommandLineRun run = await BuiltProgram.RunAsync(_folder.Path, "simulate", "s.json", "-o", "json", "--set", $"Storage:Path={_folder["storage"]}");
        run.ExitCode.Should().Be(0, run.Error);
        return run.Json["data"]!;
    }
}
