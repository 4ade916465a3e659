using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>The built program on a file system whose power is cut while it commits rounds: what it has announced is on the disk.</summary>
/// <remarks>
/// <c>FEDACTORS_POWER_CUTS</c> and <c>FEDACTORS_SEED</c> set how many cuts and when: three by default, as many as wished. The long form is
/// <c>FEDACTORS_POWER_CUTS=500 dotnet test --filter FullyQualifiedName~PowerCut</c>.
/// </remarks>
public sealed class PowerCutTests
{
    private const int MostRoundsBetweenCuts = 20;

    private readonly Dictionary<int, string> _announced = [];

    private static int Cuts => int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_POWER_CUTS") ?? "3");

    private static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1");

    [PowerCutFact]
    public async Task Run_PowerCutWhileItCommits_KeepsEveryRoundThatItAnnouncedAndGoesOn()
    {
        var chance = new SplitMix(Seed);
        using LoopFileSystem disk = new();
        string[] storage = ["--set", $"Storage:Path={Path.Combine(disk.Path, "storage")}"];
        for (int cut = 0; cut < Cuts; cut++)
        {
            string[] command = cut == 0 ? ["run", "--rounds", "1000000", "--epochs", "1"] : ["runs", "resume"];
            await CommitUntilPowerIsCutAsync(disk, [.. command, .. storage, "-o", "jsonl"], 1 + chance.Next(MostRoundsBetweenCuts));
            disk.Restart();
            await StoredRoundsAreThoseAnnouncedAsync(storage);
        }
    }

    private async Task CommitUntilPowerIsCutAsync(LoopFileSystem disk, string[] command, int rounds)
    {
        await using BuiltProgram program = BuiltProgram.Start(Path.GetTempPath(), command);
        for (int i = 0; i < rounds; i++)
        {
            JsonNode round = await program.EventAsync("round");
            _announced[round["round"]!.GetValue<int>()] = round["parameter_hash"]!.GetValue<string>();
        }

        disk.CutPower();
        program.Kill();
    }

    private async Task StoredRoundsAreThoseAnnouncedAsync(string[] storage)
    {
        CommandLineRun show = await BuiltProgram.RunAsync(Path.GetTempPath(), ["runs", "show", .. storage, "-o", "json"]);
        show.ExitCode.Should().Be(0, show.Error);
        JsonNode[] rounds = [.. show.Json["data"]!["round_list"]!.AsArray().Select(round => round!)];
        rounds.Select(round => round["round"]!.GetValue<int>()).Should().Equal(Enumerable.Range(1, rounds.Length), "no round is lost or doubled");
        rounds.Length.Should().BeGreaterThanOrEqualTo(_announced.Keys.Max(), "what was announced was durable");
        rounds.Should().OnlyContain(round =>
            !_announced.ContainsKey(round["round"]!.GetValue<int>()) || _announced[round["round"]!.GetValue<int>()] == round["parameter_hash"]!.GetValue<string>());
    }
}
