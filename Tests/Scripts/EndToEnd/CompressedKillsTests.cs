using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Workers that keep what compression leaves unsent, killed without warning and started again.</summary>
/// <remarks><c>FEDACTORS_COMPRESSED_KILLS</c> and <c>FEDACTORS_SEED</c> set how many kills and which: four by default. Every worker is needed for a quorum, so that the run waits for whoever was killed.</remarks>
public sealed class CompressedKillsTests : IDisposable
{
    /// <summary>The most rounds that are waited for before a kill, and those that pass for each: the run goes on while whoever kills is busy with other things.</summary>
    private const int MostRoundsBefore = 3;
    private const int RoundsPerKill = 40;

    private static readonly string[] Sites = ["A", "B", "C", "D"];

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, BuiltProgram> _processes = [];
    private int _port;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_COMPRESSED_KILLS") ?? "4");

    private static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1");

    private static int Rounds => (Kills + 2) * RoundsPerKill;

    private static string[] Rules => ["--rounds", $"{Rounds}", "--epochs", "10", "--set", "Participation:MinWorkers=4", "--set", "Compression=topk(0.1),int8"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Workers_KilledWhileTheyKeepResiduals_EndWithTheParametersOfARunThatNobodyDisturbed()
    {
        CommandLineRun undisturbed = await BuiltProgram.RunAsync(_folder.Path, ["run", .. Rules, "--set", "Storage:Path=undisturbed", "-o", "json"]);
        undisturbed.ExitCode.Should().Be(0, undisturbed.Error);
        SplitMix chance = new(Seed);

        await RunAsync(async () =>
        {
            for (int kill = 0; kill < Kills; kill++)
            {
                await RoundsGoOnAsync(1 + chance.Next(MostRoundsBefore));
                await KillAsync(Sites[chance.Next(Sites.Length)], static () => { });
            }
        });

        JsonNode shown = await ShowAsync();
        shown["round_list"]!.AsArray()[^1]!["parameter_hash"]!.GetValue<string>().Should().Be(undisturbed.Json["data"]!["parameter_hash"]!.GetValue<string>(), "residuals lie in files, and move with the rounds that count");
        Directory.GetDirectories(_folder["storage/residuals"]).Should().HaveCount(Sites.Length);
    }

    [Fact]
    public async Task Worker_KilledWhoseResidualsAreGone_SaysSoAndGoesOn()
    {
        await RunAsync(async () =>
        {
            await RoundsGoOnAsync(3);
            await KillAsync("B", () => Directory.Delete(_folder["storage/residuals/B"], recursive: true));

            // Rounds that were told before it was killed may be heard of after it.
            await Eventually.True(() => _processes["B"].Error.Contains("left unsent up to round") && _processes["B"].Error.Contains("is not here any more"));
        });

        await ShowAsync();
    }

    /// <summary>The stored run, which must be whole: each round once, with every worker once.</summary>
    private async Task<JsonNode> ShowAsync()
    {
        CommandLineRun show = await BuiltProgram.RunAsync(_folder.Path, "runs", "show", "-o", "json");
        show.ExitCode.Should().Be(0, show.Error);
        JsonNode data = show.Json["data"]!;
        data["status"]!.GetValue<string>().Should().Be("finished");
        JsonArray rounds = data["round_list"]!.AsArray();
        rounds.Select(round => round!["round"]!.GetValue<int>()).Should().Equal(Enumerable.Range(1, Rounds));
        rounds.Should().AllSatisfy(round => round!["participants"]!.AsArray().Select(p => p!["worker"]!.GetValue<string>()).Should().Equal(Sites));
        return data;
    }

    private async Task RunAsync(Func<Task> disturb)
    {
        try
        {
            Start("provider", ["provider", "--port", "0", .. Rules]);
            _port = (await _processes["provider"].EventAsync("listening"))["port"]!.GetValue<int>();
            Start("aggregator", ["aggregator", "--provider", $"127.0.0.1:{_port}"]);
            Start("evaluator", ["evaluator", "--provider", $"127.0.0.1:{_port}"]);
            Array.ForEach(Sites, StartWorker);
            await disturb();
            (await _processes["provider"].EndAsync()).Should().Be(0, _processes["provider"].Error);
        }
        finally
        {
            foreach (BuiltProgram process in _processes.Values)
            {
                await process.DisposeAsync();
            }
        }
    }

    private async Task RoundsGoOnAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _processes["provider"].EventAsync("round");
        }
    }

    private async Task KillAsync(string site, Action whileItIsDown)
    {
        _processes[site].Kill();
        await _processes[site].EndAsync();
        await _processes[site].DisposeAsync();
        whileItIsDown();
        StartWorker(site);
    }

    private void StartWorker(string site) => Start(site, ["worker", "--site", site, "--provider", $"127.0.0.1:{_port}"]);

    private void Start(string name, string[] arguments) => _processes[name] = BuiltProgram.Start(_folder.Path, ["start", .. arguments, "-o", "jsonl"]);
}
