using System.Text.Json.Nodes;
using FedActors.FL.Data.Preparation;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Regions A, B and C in which no two share a class, and D with all of them, as peers in processes over TCP.</summary>
public sealed class EuroSatProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UpGossip_OfDisjointClasses_KnowsAllOfThemOnTheRegionThatNobodyTrainedOn()
    {
        EuroSatFeatures.Write(_folder["features.npz"]);
        EuroSatPreparation.Prepare(_folder["features.npz"], _folder["regions"], new EuroSatOptions());

        CommandLineRun run = await BuiltProgram.RunAsync(
            _folder.Path, "up", "gossip", "--data", "regions", "--port", "0", "--rounds", "10", "--epochs", "1", "--set", "Gossip:PublicationInterval=30s", "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        JsonNode data = run.Json["data"]!;
        data["accuracy"]!.GetValue<double>().Should().BeGreaterThanOrEqualTo(0.99);
        data["peers"]!.AsArray().Select(peer => peer!["peer"]!.GetValue<string>()).Should().Equal("A", "B", "C");
        data["peers"]!.AsArray().Should().OnlyContain(peer =>
            peer!["models"]!.GetValue<int>() == 3 && peer["accuracy"]!.GetValue<double>() >= 0.99 && peer["parameter_hash"]!.GetValue<string>() == data["parameter_hash"]!.GetValue<string>());
    }
}
