using System.Text.Json.Nodes;
using FedActors.Storage;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

public sealed class RunCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_InAPipe_WritesOnePlainLineARound()
    {
        CommandLineRun run = await Run("run", "--rounds", "2", "--epochs", "1");

        run.ExitCode.Should().Be(0, run.Error);
        string[] lines = run.Out.TrimEnd('\n').Split('\n');
        lines.Should().HaveCount(5);
        lines[0].Should().Be("landsat  6 classes  36 features   workers 4 (A 1,109  B 1,109  C 1,109  D 1,108)   evaluation 2,000   model softmax 222 parameters");
        lines[1].Should().MatchRegex("^ *round +ok +accuracy +loss +change +bytes +time$");
        lines[2].Should().MatchRegex(@"^ +1 +4/4 +0\.\d{4} +\d\.\d{4} +\d\.\d{4} +- +[\d.]+ (ms|s)$");
        lines[4].Should().MatchRegex(@"^finished  2 rounds  accuracy 0\.\d{4}  loss \d\.\d{4}  run [0-9a-f]{8}  ");
        run.Out.Should().NotContain("\u001b");
        run.Error.Should().BeEmpty();
    }

    [Fact]
    public async Task Run_Json_HasTheResult()
    {
        CommandLineRun run = await Run("run", "--rounds", "2", "--epochs", "1", "-o", "json");

        JsonNode data = run.Json["data"]!;
        data["status"]!.GetValue<string>().Should().Be("finished");
        data["rounds"]!.GetValue<int>().Should().Be(2);
        data["committed_rounds"]!.GetValue<int>().Should().Be(2);
        data["accuracy"]!.GetValue<double>().Should().BeInRange(0.5, 0.9);
        data["loss"]!.GetValue<double>().Should().BePositive();
        data["per_class_accuracy"]!.AsArray().Should().HaveCount(6);
        data["parameter_hash"]!.GetValue<string>().Should().MatchRegex("^[0-9a-f]{64}$");
        data["store"]!.GetValue<string>().Should().Be(Path.Combine(_folder["storage"], "training.db"));
        using SqliteTrainingStore store = new(new TrainingStoreOptions { Path = _folder["storage/training.db"], Access = StoreAccess.Read });
        store.LatestRound(data["run_id"]!.GetValue<string>())!.ParameterHash.Should().Be(data["parameter_hash"]!.GetValue<string>());
    }

    [Fact]
    public async Task Run_Jsonl_TellsEveryRoundAndThenTheResult()
    {
        CommandLineRun run = await Run("run", "--rounds", "2", "--epochs", "1", "-o", "jsonl");

        JsonObject[] lines = [.. run.Out.TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!.AsObject())];
        lines.Where(l => l["event"]?.GetValue<string>() == "round").Select(l => l["data"]!["round"]!.GetValue<int>()).Should().Equal(1, 2);
        lines[^1]["status"]!.GetValue<string>().Should().Be("ok");
        lines[..^1].Should().OnlyContain(l => l["event"] != null);
    }

    [Fact]
    public async Task Run_FewerWorkersThanSites_TakesTheFirst()
    {
        CommandLineRun run = await Run("run", "--rounds", "1", "--epochs", "1", "--workers", "2");

        run.ExitCode.Should().Be(0, run.Error);
        run.Out.Should().Contain("workers 2 (A 1,109  B 1,109)");
    }

    [Fact]
    public async Task Run_MoreWorkersThanSites_IsAFaultOfTheConfiguration()
    {
        CommandLineRun run = await Run("run", "--workers", "5");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("Participation:Workers is 5 (--workers): must be at most 4");
    }

    [Fact]
    public async Task Run_DataNotThere_IsInvalidData()
    {
        CommandLineRun run = await Run("run", "--data", _folder["none"], "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("invalid_data");
    }

    [Fact]
    public async Task Run_StoreHeldByAnother_IsRefusedNamingIt()
    {
        using SqliteTrainingStore other = new(new TrainingStoreOptions { Path = _folder["storage/training.db"] });

        CommandLineRun run = await Run("run", "--rounds", "1", "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("store_busy");
        run.Error.Should().Contain($"process {Environment.ProcessId}");
    }

    [Fact]
    public async Task Run_StoppedByAnOperatorThenResumed_GoesOnUntilItsTimeout()
    {
        Task<CommandLineRun> running = Run("run", "--rounds", "1000000", "--epochs", "1", "-o", "json");
        await Eventually.True(() => File.Exists(_folder["storage/training.db"]));
        CommandLineRun stop = await StopAsync();
        CommandLineRun stopped = await running;
        CommandLineRun resumed = await Run("runs", "resume", "--timeout", "3s", "-o", "json");

        stop.ExitCode.Should().Be(0, stop.Error);
        (stopped.ExitCode, ErrorCode(stopped)).Should().Be((1, "run_stopped"));
        stopped.Error.Should().Contain($"fedactors runs resume {Data(stopped, "run_id")}");
        (resumed.ExitCode, ErrorCode(resumed)).Should().Be((3, "timeout"));
        stopped.Error.Should().Contain("Stopped by an operator.");
        resumed.Error.Should().Contain("Not done within --timeout.").And.NotContain("on request");
        resumed.Error.Should().Contain("Going on with run");
        Data(resumed, "run_id").Should().Be(Data(stopped, "run_id"));

        // How many rounds fit into the timeout is the machine's affair; that none is lost is ours.
        int.Parse(Data(resumed, "committed_rounds")).Should().BeGreaterThanOrEqualTo(int.Parse(Data(stopped, "committed_rounds")));
    }

    [Fact]
    public async Task Run_Interrupted_EndsInOrderAndCanBeResumed()
    {
        using var signal = new CancellationTokenSource();
        Task<CommandLineRun> running = Run(signal.Token, "run", "--rounds", "100000", "-o", "json");
        await Eventually.True(() => File.Exists(_folder["storage/training.db"]));

        signal.Cancel();

        CommandLineRun run = await running;
        run.ExitCode.Should().Be(1);
        run.Json["error_code"]!.GetValue<string>().Should().Be("interrupted");
        run.Error.Should().NotContain("on request");
    }

    [Fact]
    public async Task RunsResume_FinishedRun_IsRefused()
    {
        await Run("run", "--rounds", "1", "--epochs", "1");

        CommandLineRun run = await Run("runs", "resume");

        run.ExitCode.Should().Be(4);
        run.Error.Should().Contain("has finished, with 1 of 1 round.");
    }

    private static string? ErrorCode(CommandLineRun run) => run.Json["error_code"]?.GetValue<string>();

    private static string Data(CommandLineRun run, string name) => run.Json["data"]![name]!.ToString();

    // The first requests may come before the run has begun, when there is nothing to stop yet.
    private async Task<CommandLineRun> StopAsync()
    {
        while (true)
        {
            CommandLineRun stop = await Run("runs", "stop");
            if (stop.ExitCode == 0)
            {
                return stop;
            }

            stop.ExitCode.Should().Be(4, stop.Error);
        }
    }

    /// <summary>What up asks of a provider that died after the run's end was stored and before it could say so.</summary>
    [Fact]
    public async Task StartProvider_GivenARunThatHasEnded_ReportsItAndBeginsNoOther()
    {
        string[] rules = ["--rounds", "1", "--epochs", "1", "-o", "json"];
        CommandLineRun first = await Run(["run", .. rules]);
        string id = first.Json["data"]!["run_id"]!.GetValue<string>();

        CommandLineRun again = await Run(["start", "provider", "--port", "0", "--run", id, .. rules]);

        again.ExitCode.Should().Be(0, again.Error);
        again.Json["data"]!["run_id"]!.GetValue<string>().Should().Be(id);
        again.Json["data"]!["parameter_hash"]!.GetValue<string>().Should().Be(first.Json["data"]!["parameter_hash"]!.GetValue<string>());
        (await Run("runs", "list", "-o", "json")).Json["data"]!["runs"]!.AsArray().Should().ContainSingle();
    }

    private Task<CommandLineRun> Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    private Task<CommandLineRun> Run(CancellationToken stopping, params string[] arguments) =>
        CommandLineRun.Of(new Dictionary<string, string> { ["FEDACTORS_Storage__Path"] = _folder["storage"] }, TimeProvider.System, stopping, arguments);
}
