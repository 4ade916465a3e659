using System.Text.Json.Nodes;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

/// <summary><c>run</c> with Mode gossip: all peers in one process.</summary>
public sealed class RunGossipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Gossip_EndsWithOneMeanThatEveryStoreKeeps()
    {
        CommandLineRun run = await Run("--rounds", "3", "--epochs", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        JsonNode data = run.Json["data"]!;
        data["mode"]!.GetValue<string>().Should().Be("gossip");
        data["status"]!.GetValue<string>().Should().Be("agreed");
        data["rounds"]!.GetValue<int>().Should().Be(3);
        data["accuracy"]!.GetValue<double>().Should().BeInRange(0.6, 0.9);
        JsonArray peers = data["peers"]!.AsArray();
        peers.Select(p => p!["peer"]!.GetValue<string>()).Should().Equal("A", "B", "C", "D");
        peers.Should().OnlyContain(p => p!["parameter_hash"]!.GetValue<string>() == data["parameter_hash"]!.GetValue<string>() && p["models"]!.GetValue<int>() == 4);
        foreach (string peer in new[] { "A", "B", "C", "D" })
        {
            using SqliteGossipStore store = new(new GossipStoreOptions { Path = _folder[$"storage/run-peers/{peer}/gossip.db"], Access = FedActors.Storage.StoreAccess.Read });
            store.ListPeers().Should().ContainSingle().Which.Peer.Should().Be(peer);
            store.Load(peer).Should().HaveCountGreaterThan(4);
        }
    }

    /// <summary>The final model was nowhere to be had: runs list and model export knew nothing of it, and peers list looked elsewhere.</summary>
    [Fact]
    public async Task Run_Gossip_IsListedShownAndExportedAsOtherRunsAre()
    {
        JsonNode run = (await Run("--rounds", "3", "--epochs", "1", "-o", "json")).Json["data"]!;
        string id = run["run_id"]!.GetValue<string>();
        string hash = run["parameter_hash"]!.GetValue<string>();

        JsonNode listed = (await Other("runs", "list", "-o", "json")).Json["data"]!["runs"]!.AsArray().Should().ContainSingle().Which!;
        (listed["run_id"]!.GetValue<string>(), listed["mode"]!.GetValue<string>(), listed["status"]!.GetValue<string>(), listed["parameter_hash"]!.GetValue<string>()).Should().Be((id, "gossip", "finished", hash));
        listed["accuracy"]!.GetValue<double>().Should().Be(run["accuracy"]!.GetValue<double>());
        JsonArray rounds = (await Other("runs", "show", id, "-o", "json")).Json["data"]!["round_list"]!.AsArray();
        rounds.Select(r => r!["round"]!.GetValue<int>()).Should().Equal(1, 2, 3);
        rounds.Should().OnlyContain(r => r!["participants"]!.AsArray().Count == 4 && r["participants"]!.AsArray().Sum(p => p!["samples"]!.GetValue<long>()) == 4435);
        rounds[2]!["per_class_accuracy"]!.AsArray().Should().HaveCount(6);

        (await Other("model", "export", "--to", _folder["run.npz"])).ExitCode.Should().Be(0);
        (await Other("model", "export", "--peer", "C", "--to", _folder["peer.npz"])).ExitCode.Should().Be(0);
        File.ReadAllBytes(_folder["peer.npz"]).Should().Equal(File.ReadAllBytes(_folder["run.npz"]));
        (await Other("model", "show", "--peer", "A", "-o", "json")).Json["data"]!["parameter_hash"]!.GetValue<string>().Should().Be(hash);

        JsonArray stored = (await Other("peers", "list", "--stored", "-o", "json")).Json["data"]!["stored"]!.AsArray();
        stored.Should().HaveCount(4).And.OnlyContain(p => p!["round"]!.GetValue<int>() == 3 && p["parameter_hash"]!.GetValue<string>() == hash);
        (await Other("runs", "resume", id)).ExitCode.Should().Be(4, "peers go on from their own stores");
    }

    /// <summary>It ended with "13 of 10 rounds".</summary>
    [Fact]
    public async Task Run_GossipWithMixingRounds_CountsThemAmongTheRoundsThatMayCome()
    {
        JsonNode run = (await Run("--rounds", "3", "--epochs", "1", "--set", "Gossip:MixingRounds=4", "-o", "json")).Json["data"]!;

        JsonNode listed = (await Other("runs", "list", "-o", "json")).Json["data"]!["runs"]![0]!;
        listed["rounds"]!.GetValue<int>().Should().Be(7);
        listed["committed_rounds"]!.GetValue<int>().Should().BeInRange(4, 7);
        listed["parameter_hash"]!.GetValue<string>().Should().Be(run["parameter_hash"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("--peer", "Z", "no store of a peer Z")]
    [InlineData("--peer", "A", "no store of a peer A")]
    public async Task ModelExport_OfAPeerThatIsNotThere_SaysWhereItLooked(string option, string peer, string text)
    {
        CommandLineRun run = await Other("model", "export", option, peer, "--to", _folder["x.npz"]);

        run.ExitCode.Should().Be(4);
        run.Error.Should().Contain(text).And.Contain(_folder["storage"]);
    }

    [Fact]
    public async Task Run_GossipWhileTheTrainingStoreIsInUse_KeepsTheMeanAndSaysThatTheRunIsNotRecorded()
    {
        using FedActors.Storage.Training.SqliteTrainingStore busy = new(new() { Path = _folder["storage/training.db"] });

        CommandLineRun run = await Run("--rounds", "1", "--epochs", "1", "-o", "json");

        (run.ExitCode, run.Json["error_code"]!.GetValue<string>()).Should().Be((4, "store_busy"));
        run.Error.Should().Contain("All peers agree").And.Contain("the run is not recorded");
        (await Other("model", "show", "--peer", "A")).ExitCode.Should().Be(0);
    }

    /// <summary>A run that was killed left no trace.</summary>
    [Fact]
    public async Task Run_GossipThatIsKilled_IsListedAsRunningAndThenAsInterrupted()
    {
        await using (BuiltProgram run = BuiltProgram.Start(_folder.Path, "run", "--mode", "gossip", "--rounds", "1000000", "--epochs", "1", "--set", "Gossip:ConvergenceEps=0", "-o", "jsonl"))
        {
            await run.EventAsync("round");
            (await ListedAsync()).Should().Be("running");
            (await Other("runs", "stop")).Error.Should().Contain("is one of peers");
            run.Kill();
            await run.EndAsync();
        }

        (await ListedAsync()).Should().Be("interrupted");

        async Task<string> ListedAsync()
        {
            CommandLineRun list = await Other("runs", "list", "-o", "json");
            list.ExitCode.Should().Be(0, list.Error);
            JsonArray runs = list.Json["data"]!["runs"]!.AsArray();
            runs.Should().ContainSingle().Which!["mode"]!.GetValue<string>().Should().Be("gossip");
            return runs[0]!["status"]!.GetValue<string>();
        }
    }

    [Fact]
    public async Task Run_GossipTwice_BeginsAnewAndGivesTheSameModel()
    {
        CommandLineRun first = await Run("--rounds", "2", "--epochs", "1", "-o", "json");
        CommandLineRun second = await Run("--rounds", "2", "--epochs", "1", "-o", "json");

        second.ExitCode.Should().Be(0, second.Error);
        second.Json["data"]!["parameter_hash"]!.GetValue<string>().Should().Be(first.Json["data"]!["parameter_hash"]!.GetValue<string>());
        second.Json["data"]!["peers"]![0]!["publications"]!.GetValue<long>().Should().BePositive();
    }

    [Fact]
    public async Task Run_GossipInAPipe_WritesPlainLinesAndATableOfPeers()
    {
        CommandLineRun run = await Run("--rounds", "3", "--epochs", "1", "--topology", "ring");

        run.ExitCode.Should().Be(0, run.Error);
        string[] lines = run.Out.TrimEnd('\n').Split('\n');
        lines[0].Should().Be("landsat  6 classes  36 features   peers 4 (A  B  C  D)   topology ring   model softmax 222 parameters");
        lines[1].Should().MatchRegex("^ *round +peers +accuracy +loss +change +means +time$");
        lines[2].Should().MatchRegex(@"^ +1 +4/4 +0\.\d{4} +\d\.\d{4} +\d\.\d{4} +[1-4] +[\d.]+ (ms|s)$");
        lines[^2].Should().MatchRegex(@"^agreed  3 rounds  4 peers  accuracy 0\.\d{4}  loss \d\.\d{4}  mean [0-9a-f]{12}  ");
        run.Out.Should().NotContain("\u001b");
    }

    [Fact]
    public async Task Run_GossipStopped_SaysSoAndKeepsWhatThePeersKnow()
    {
        CommandLineRun run = await Run("--rounds", "1000000", "--epochs", "1", "--timeout", "2s", "-o", "json");

        run.ExitCode.Should().Be(3);
        run.Json["error_code"]!.GetValue<string>().Should().Be("timeout");
        run.Json["data"]!["status"]!.GetValue<string>().Should().Be("stopped");
        File.Exists(_folder["storage/run-peers/A/gossip.db"]).Should().BeTrue();
    }

    [Fact]
    public async Task Run_EdgesThatLeaveAPeerOut_AreRefusedWithItsName()
    {
        CommandLineRun run = await Run("--topology", "custom", "--set", "Gossip:Edges=A:B,B:C");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("Gossip:Edges").And.Contain("leaves out D").And.Contain("D:A");
    }

    [Fact]
    public async Task Run_ModelsThatDoNotFitIntoMemory_AreRefusedWithWhatTheyNeed()
    {
        CommandLineRun run = await Run("--set", "Training:Model=mlp:30000", "--set", "Gossip:Memory=30");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("Gossip:Memory is 30").And.Contain("two models of each of 4 peers").And.Contain("at least 40");
    }

    [Fact]
    public async Task StartPeer_ThatTheEdgesLeaveOut_IsRefused()
    {
        CommandLineRun run = await CommandLineRun.Of("start", "peer", "--site", "D", "--topology", "custom", "--set", "Gossip:Edges=A:B,B:C");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("leaves out D");
    }

    [Fact]
    public async Task Run_TopologyInTwoParts_IsRefusedNamingThem()
    {
        CommandLineRun run = await Run("--topology", "custom", "--set", "Gossip:Edges=A:B,C:D");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("Gossip:Edges").And.Contain("C, D");
    }

    private Task<CommandLineRun> Other(params string[] arguments) => CommandLineRun.Of([.. arguments, "--set", $"Storage:Path={_folder["storage"]}"]);

    /// <summary>Nobody is left behind however slow the machine is: so the same rounds give the same model.</summary>
    private Task<CommandLineRun> Run(params string[] arguments) => CommandLineRun.Of(["run", "--mode", "gossip", "--set", $"Storage:Path={_folder["storage"]}", "--set", "Gossip:PublicationInterval=1m", .. arguments]);
}
