using System.Text.Json.Nodes;
using FedActors.Storage;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

public sealed class RunsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunsList_NoStore_IsEmptyAndCreatesNone()
    {
        CommandLineRun text = await Run("runs", "list");
        CommandLineRun json = await Run("runs", "list", "-o", "json");

        text.ExitCode.Should().Be(0);
        text.Out.Should().StartWith("No runs yet");
        json.Json["data"]!["runs"]!.AsArray().Should().BeEmpty();
        Directory.Exists(_folder["storage"]).Should().BeFalse();
    }

    [Fact]
    public async Task RunsList_StoreWithoutRuns_SaysSo()
    {
        Writer().Dispose();

        (await Run("runs", "list")).Out.Should().StartWith("No runs yet in ");
    }

    [Fact]
    public async Task RunsList_SeveralRuns_NewestFirstWithTheirStates()
    {
        using (SqliteTrainingStore store = Writer())
        {
            Fill(store, "aaaa", RunStatus.Finished);
            Fill(store, "bbbb", RunStatus.BelowParticipation, "Only site A answered.");
            Fill(store, "cccc", RunStatus.Running);
        }

        CommandLineRun text = await Run("runs", "list");
        CommandLineRun json = await Run("runs", "list", "-o", "json");

        text.Out.Split('\n')[0].Should().MatchRegex("^run +mode +state +rounds +accuracy +loss +started +reason$");
        text.Out.Split('\n')[1].Should().MatchRegex("^cccc +coordinated +interrupted +2/20 +0.8200 +0.5000 +2026-03-01 10:00:00Z$");
        text.Out.Split('\n')[2].Should().MatchRegex("^bbbb +coordinated +below_participation .*Only site A answered.$");
        json.Json["data"]!["runs"]!.AsArray().Select(r => r!["status"]!.GetValue<string>()).Should().Equal("interrupted", "below_participation", "finished");
    }

    /// <summary>A reason that named each site's own words was a line of thousands of characters.</summary>
    [Fact]
    public async Task RunsList_LongReason_KeepsALineARun()
    {
        string reason = $"round 1 had 0 of the 3 updates that it needs; missing: {string.Join(", ", Enumerable.Range(1, 50).Select(i => $"S{i} (training failed)"))}.";
        using (SqliteTrainingStore store = Writer())
        {
            Fill(store, "aaaa", RunStatus.BelowParticipation, reason);
        }

        CommandLineRun text = await Run("runs", "list");

        string line = text.Out.Split('\n')[1];
        line.Should().MatchRegex(@"  round 1 had 0 of the 3 updates that it needs; missing: S1 .{1,30} \.\.\.$");
        (await Run("runs", "list", "-o", "json")).Json["data"]!["runs"]![0]!["reason"]!.GetValue<string>().Should().Be(reason, "a program gets the whole");
    }

    [Fact]
    public async Task RunsList_WriterAlive_IsRunning()
    {
        using SqliteTrainingStore store = Writer();
        Fill(store, "aaaa", RunStatus.Running);

        (await Run("runs", "list", "-o", "json")).Json["data"]!["runs"]![0]!["status"]!.GetValue<string>().Should().Be("running");
    }

    [Theory]
    [InlineData("aaaa")]
    [InlineData("aa")]
    [InlineData(null)]
    public async Task RunsShow_ByIdBeginningOrNone_ShowsTheRun(string? id)
    {
        FillAndClose("aaaa", RunStatus.Finished);

        CommandLineRun json = await Run(["runs", "show", .. id is null ? Array.Empty<string>() : [id], "-o", "json"]);
        CommandLineRun text = await Run(["runs", "show", .. id is null ? Array.Empty<string>() : [id]]);

        JsonNode data = json.Json["data"]!;
        data["run_id"]!.GetValue<string>().Should().Be("aaaa");
        data["seed"]!.GetValue<ulong>().Should().Be(ulong.MaxValue);
        data["round_list"]!.AsArray().Should().HaveCount(2);
        data["round_list"]![0]!["per_class_accuracy"]!.ToJsonString().Should().Be("[0.82,null,0.1]");
        data["round_list"]![0]!["refusals"]![0]!["reason"]!.GetValue<string>().Should().Be("duplicate");
        text.Out.Should().Contain("state    finished").And.Contain("worker-c stale: Für Runde 1.").And.Contain("hash2");
    }

    /// <summary>By what a run was made could not be seen but in its whole configuration.</summary>
    [Fact]
    public async Task RunsShow_AnyRun_NamesItsRules()
    {
        string storage = $"Storage:Path={_folder["storage"]}";
        string[] rules = ["--set", storage, "--set", "Compression=topk(0.1),int8", "--set", "Strategy:Name=fedadam", "--rounds", "1", "--epochs", "1"];
        (await CommandLineRun.Of(["run", .. rules])).ExitCode.Should().Be(0);

        CommandLineRun text = await Run("runs", "show");
        JsonNode json = (await Run("runs", "show", "-o", "json")).Json["data"]!["rules"]!;

        text.Out.Should().Contain("rules    data landsat   model softmax   strategy fedadam   protocol synchronous   compression topk(0.1),int8\n");
        json.ToJsonString().Should().Be("""{"data":"landsat","model":"softmax","strategy":"fedadam","protocol":"synchronous","topology":null,"compression":["topk(0.1)","int8"],"package":null,"plan_fault":null}""");
    }

    /// <summary>A site that refused each round for one long reason filled the screen with it.</summary>
    [Fact]
    public async Task RunsShow_OneReasonInManyRounds_IsToldOnce()
    {
        using (SqliteTrainingStore store = Writer())
        {
            store.BeginRun(StoredRuns.Run("aaaa"));
            RefusalRecord Failed(string worker) => new(worker, "training_failed", "No package.");
            for (int round = 1; round <= 4; round++)
            {
                store.CommitRound(StoredRuns.Round(round, "aaaa") with { Refusals = round == 3 ? [new RefusalRecord("D", "late", "Too late.")] : [Failed("A"), Failed("B")] });
            }
        }

        (await Run("runs", "show")).Out.Should().EndWith("rounds 1 to 2, 4: A, B training_failed: No package.\nround 3: D late: Too late.\n");
    }

    /// <summary>A list counted the rounds that were kept, as if there had been no others.</summary>
    [Fact]
    public async Task RunsListAndShow_RoundsThatAreNotKept_AreCountedAndSaidToBeMissing()
    {
        using (SqliteTrainingStore store = Writer())
        {
            RunRecord run = StoredRuns.Run("aaaa", rounds: 3000) with { Status = RunStatus.Stopped, Configuration = """{"Mode":"gossip","Gossip":{"Topology":"ring"}}""" };
            store.RecordRun(run, [StoredRuns.Round(1500, "aaaa") with { Parameters = null }, StoredRuns.Round(1501, "aaaa") with { Parameters = null }]);
        }

        (await Run("runs", "list")).Out.Should().MatchRegex("aaaa +gossip +stopped +1501/3000 ");
        string shown = (await Run("runs", "show")).Out;
        shown.Should().Contain("rounds   1501 of 3000 (2 of them kept)").And.Contain("hash1501 (its parameters are not kept)").And.Contain("topology ring").And.Contain("package unknown: the plan cannot be read");
        (await Run("runs", "show", "-o", "json")).Json["data"]!["kept_rounds"]!.GetValue<int>().Should().Be(2);
    }

    [Fact]
    public async Task RunsShow_UnknownOrAmbiguous_SaysWhichThereAre()
    {
        FillAndClose("aaaa", RunStatus.Finished);
        FillAndClose("aabb", RunStatus.Finished);

        CommandLineRun unknown = await Run("runs", "show", "zz");
        CommandLineRun ambiguous = await Run("runs", "show", "aa");

        unknown.ExitCode.Should().Be(4);
        unknown.Error.Should().Contain("no run zz").And.Contain("runs list");
        ambiguous.Error.Should().Contain("2 runs begin with aa: aabb, aaaa");
    }

    [Fact]
    public async Task RunsShow_NoStore_IsAnInvalidState()
    {
        CommandLineRun run = await Run("runs", "show", "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("store_missing");
    }

    [Theory]
    [InlineData(RunStatus.Finished, 0, null)]
    [InlineData(RunStatus.Failed, 1, "run_failed")]
    [InlineData(RunStatus.Stopped, 1, "run_stopped")]
    [InlineData(RunStatus.BelowParticipation, 5, "below_participation")]
    [InlineData(RunStatus.Running, 1, "interrupted")]
    public async Task RunsWait_EndedRun_EndsWithItsExitCode(RunStatus status, int exitCode, string? errorCode)
    {
        FillAndClose("aaaa", status);

        CommandLineRun run = await Run("runs", "wait", "aaaa", "-o", "json");

        run.ExitCode.Should().Be(exitCode);
        run.Json["error_code"]?.GetValue<string>().Should().Be(errorCode);
        run.Json["data"]!["parameter_hash"]!.GetValue<string>().Should().Be("hash2");
        run.Json["data"]!["accuracy"]!.GetValue<double>().Should().Be(0.82);
    }

    [Fact]
    public async Task RunsWatch_RunGoesOnAndEnds_ShowsEveryRoundAndTheEnd()
    {
        using SqliteTrainingStore store = Writer();
        store.BeginRun(StoredRuns.Run("aaaa", rounds: 3));
        store.CommitRound(StoredRuns.Round(1, "aaaa", accuracy: 0.5));
        var time = new ManualTimeProvider();
        Task<CommandLineRun> watch = Run(time, CancellationToken.None, "runs", "watch", "-o", "jsonl");
        await Eventually.True(() => time.ArmedTimers > 0);

        store.CommitRound(StoredRuns.Round(2, "aaaa", accuracy: 0.6));
        store.CommitRound(StoredRuns.Round(3, "aaaa", accuracy: 0.7));
        store.EndRun("aaaa", RunStatus.Finished, null, StoredRuns.Start);
        time.Advance(TimeSpan.FromSeconds(1));

        CommandLineRun run = await watch;
        run.ExitCode.Should().Be(0);
        string[] lines = run.Out.TrimEnd('\n').Split('\n');
        lines.Should().HaveCount(4);
        lines[..3].Select(l => JsonNode.Parse(l)!["data"]!["round"]!.GetValue<int>()).Should().Equal(1, 2, 3);
        run.Error.Split('\n')[1].Should().MatchRegex("^ *round +ok +accuracy +loss +change +bytes +time$");
        run.Error.Split('\n')[2].Should().MatchRegex(@"^ *1 +2/3 +0\.5000 +0\.5000 +1\.0000 +1099\.5 GB +0\.01 ms  worker-c duplicate, worker-c stale, asked 2 times, updates 12\.3 KB, 81\.5 % saved$");
    }

    [Fact]
    public async Task RunsWait_LongerThanItsTimeout_IsATimeoutAndTheRunGoesOn()
    {
        using SqliteTrainingStore store = Writer();
        store.BeginRun(StoredRuns.Run("aaaa"));
        var time = new ManualTimeProvider();
        Task<CommandLineRun> wait = Run(time, CancellationToken.None, "runs", "wait", "--timeout", "30s");

        await Eventually.WhileAdvancing(time, TimeSpan.FromSeconds(1), wait);

        (await wait).ExitCode.Should().Be(3);
        store.FindRun("aaaa")!.Status.Should().Be(RunStatus.Running);
    }

    [Fact]
    public async Task RunsStop_RunIsDriven_LeavesARequestAndWaitsForTheEnd()
    {
        using SqliteTrainingStore store = Writer();
        store.BeginRun(StoredRuns.Run("aaaa"));
        var time = new ManualTimeProvider();
        Task<CommandLineRun> stop = Run(time, CancellationToken.None, "runs", "stop");
        await Eventually.True(() => store.IsStopRequested("aaaa"));

        store.EndRun("aaaa", RunStatus.Stopped, null, StoredRuns.Start);
        await Eventually.WhileAdvancing(time, TimeSpan.FromSeconds(1), stop);

        CommandLineRun run = await stop;
        run.ExitCode.Should().Be(0);
        run.Out.Should().Be("Run aaaa ended as stopped with 0 of 20 rounds.\n");
    }

    [Fact]
    public async Task RunsStop_RunWithoutProvider_IsEndedAtOnce()
    {
        FillAndClose("aaaa", RunStatus.Running);

        (await Run("runs", "stop")).ExitCode.Should().Be(0);

        using SqliteTrainingStore store = Writer();
        store.FindRun("aaaa")!.Status.Should().Be(RunStatus.Stopped);
    }

    [Fact]
    public async Task RunsStop_RunHasEnded_SaysSoAndChangesNothing()
    {
        FillAndClose("aaaa", RunStatus.Finished);

        (await Run("runs", "stop")).Out.Should().Contain("has ended already (finished)");
    }

    [Fact]
    public async Task RunsExport_Csv_HasOneLineARound()
    {
        FillAndClose("aaaa", RunStatus.Finished);

        (await Run("runs", "export", "--to", _folder["rounds.csv"])).ExitCode.Should().Be(0);

        string[] lines = File.ReadAllLines(_folder["rounds.csv"]);
        lines.Should().HaveCount(3);
        lines[0].Should().StartWith("participants,refusals,round,accuracy,loss");
        lines[1].Should().StartWith("2,2,1,0.82,0.5,0.75,0.25,1,2,1099511627776,7,");
        lines.Should().OnlyContain(l => l.Split(',').Length == lines[0].Split(',').Length);
    }

    [Fact]
    public async Task RunsExport_FileExists_IsRefusedUnlessYes()
    {
        FillAndClose("aaaa", RunStatus.Finished);
        File.WriteAllText(_folder["run.json"], "mine");

        CommandLineRun refused = await Run("runs", "export", "--to", _folder["run.json"]);
        refused.ExitCode.Should().Be(4);
        refused.Error.Should().Contain("--yes");
        File.ReadAllText(_folder["run.json"]).Should().Be("mine");

        (await Run("runs", "export", "--to", _folder["run.json"], "--yes")).ExitCode.Should().Be(0);
        JsonNode.Parse(File.ReadAllText(_folder["run.json"]))!["round_list"]!.AsArray().Should().HaveCount(2);
        Directory.GetFiles(_folder.Path, "*.part").Should().BeEmpty();
    }

    [Fact]
    public async Task RunsExport_OtherEnding_IsUsage()
    {
        FillAndClose("aaaa", RunStatus.Finished);

        (await Run("runs", "export", "--to", _folder["run.xlsx"])).ExitCode.Should().Be(64);
    }

    [Fact]
    public async Task Runs_ForeignStore_IsRefused()
    {
        Directory.CreateDirectory(_folder["storage"]);
        File.WriteAllText(_folder["storage/training.db"], "A diary, and by no means a database. It is long enough to be one.");

        CommandLineRun run = await Run("runs", "list", "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("store_foreign");
    }

    private SqliteTrainingStore Writer() => new(new TrainingStoreOptions { Path = _folder["storage/training.db"] });

    private void FillAndClose(string id, RunStatus status)
    {
        using SqliteTrainingStore store = Writer();
        Fill(store, id, status);
    }

    private static void Fill(SqliteTrainingStore store, string id, RunStatus status, string? reason = null)
    {
        store.BeginRun(StoredRuns.Run(id));
        store.CommitRound(StoredRuns.Round(1, id, accuracy: 0.82));
        store.CommitRound(StoredRuns.Round(2, id, accuracy: 0.82));
        if (status != RunStatus.Running)
        {
            store.EndRun(id, status, reason, StoredRuns.Start);
        }
    }

    private Task<CommandLineRun> Run(params string[] arguments) => Run(TimeProvider.System, CancellationToken.None, arguments);

    private Task<CommandLineRun> Run(TimeProvider time, CancellationToken stopping, params string[] arguments) =>
        CommandLineRun.Of(new Dictionary<string, string> { ["FEDACTORS_Storage__Path"] = _folder["storage"] }, time, stopping, arguments);
}
