using System.Text.Json.Nodes;
using FedActors.Scripts.Processes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Tiers of combiners as processes of this machine.</summary>
public sealed class CombinerProcessTests : IDisposable
{
    private const int Rounds = 150;

    /// <summary>Rounds that take so long together that none of the kills comes after the last, and close early only by a fault.</summary>
    private static readonly string[] Rules = ["--rounds", $"{Rounds}", "--epochs", "20", "--set", "Participation:MinWorkers=1", "--set", "Participation:RoundTimeout=3m"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // One worker would be a quorum, so that a round which did not wait for the lost combiner's workers would show.
    [Fact]
    public async Task Up_CombinersOfBothTiersKilled_EveryRoundHasAllWorkersAndTheModelIsThatOfOneProcess()
    {
        CommandLineRun alone = await BuiltProgram.RunAsync(_folder.Path, ["run", .. Rules, "-o", "json"]);
        await using BuiltProgram up = BuiltProgram.Start(_folder.Path, ["up", "coordinated", "--port", "0", "--new", "--no-restart", "--combiners", "2,2", .. Rules, "-o", "jsonl"]);
        await up.EventAsync("round");
        BuiltProgram.Signal(ProcessOf("combiner-2-1"), "KILL");
        await up.LineAsync("combiner-2-1 ended unexpectedly");
        await up.EventAsync("round");
        BuiltProgram.Signal(ProcessOf("combiner-1-2"), "KILL");

        (await up.EndAsync()).Should().Be(0, up.Error);

        JsonNode result = JsonNode.Parse(up.Out.TrimEnd('\n').Split('\n')[^1])!["data"]!;
        result["parameter_hash"]!.GetValue<string>().Should().Be(alone.Json["data"]!["parameter_hash"]!.GetValue<string>());
        CommandLineRun show = await BuiltProgram.RunAsync(_folder.Path, "runs", "show", result["run_id"]!.GetValue<string>(), "-o", "json");
        show.Json["data"]!["round_list"]!.AsArray().Should().HaveCount(Rounds).And.OnlyContain(round => round!["participants"]!.AsArray().Count == 4);
    }

    private int ProcessOf(string name) => new ProcessLedger(_folder["storage"]).Read()!.Children.Single(child => child.Name == name).Process.Id;
}
