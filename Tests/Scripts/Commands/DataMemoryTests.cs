using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

/// <summary>Whole runs on examples that are read as they are needed.</summary>
public sealed class DataMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("coordinated")]
    [InlineData("gossip")]
    public async Task Run_NoMemoryForExamples_EndsWithTheParametersOfMemory(string mode)
    {
        FedActors.FL.Data.Preparation.DataSplit.Split(Repository.PathOf("data/landsat/landsat.npz"), _folder["sites"], new FedActors.FL.Data.Preparation.SplitOptions { Sites = 3, HoldOut = 0.2 });

        CommandLineRun inMemory = await Run(mode, "1024");
        CommandLineRun onDemand = await Run(mode, "0");

        inMemory.ExitCode.Should().Be(0, inMemory.Error);
        onDemand.ExitCode.Should().Be(0, onDemand.Error);
        Hash(onDemand).Should().Be(Hash(inMemory));
        Directory.GetFiles(_folder["0/data"]).Should().HaveCount(4);
        Directory.Exists(_folder["1024/data"]).Should().BeFalse();
    }

    private Task<CommandLineRun> Run(string mode, string memory) => CommandLineRun.Of(
        "run", "--mode", mode, "--rounds", "3", "--epochs", "1", "--data", _folder["sites"], "--set", $"Data:Memory={memory}", "--set", $"Storage:Path={_folder[memory]}", "-o", "json");

    private static string Hash(CommandLineRun run) => run.Json["data"]!["parameter_hash"]!.GetValue<string>();
}
