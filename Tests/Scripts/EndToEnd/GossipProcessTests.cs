using System.Net;
using System.Text.Json.Nodes;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.Scripts.Processes;
using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Tests.Simulation.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Gossip mode as processes of this machine, over TCP.</summary>
public sealed class GossipProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UpGossip_FourPeersWithoutAReporter_AgreeOnAMeanAsGoodAsCoordinatedTraining()
    {
        CommandLineRun coordinated = await Run("run", "--rounds", "25", "-o", "json");
        CommandLineRun gossip = await Run("up", "gossip", "--port", "0", "--rounds", "25", "--set", "Gossip:PublicationInterval=30s", "-o", "json");

        gossip.ExitCode.Should().Be(0, gossip.Error);
        JsonNode data = gossip.Json["data"]!;
        data["status"]!.GetValue<string>().Should().Be("agreed");
        data["accuracy"]!.GetValue<double>().Should().BeGreaterThanOrEqualTo(0.81);
        Hash(gossip).Should().Be(Hash(coordinated), "peers that keep step hold what a provider would have made, bit for bit");
        PeerOptions rules = new() { Training = new TrainingOptions { Rounds = 25 }, Gossip = new GossipOptions { PublicationInterval = TimeSpan.FromSeconds(30) } };
        SimulatedPeers.Agree(new LandsatData(), rules).Should().Be(Hash(gossip), "the same sites, seed and rules come to the same in virtual time");
        data["accuracy"]!.GetValue<double>().Should().Be(coordinated.Json["data"]!["accuracy"]!.GetValue<double>());
        JsonArray peers = data["peers"]!.AsArray();
        peers.Should().HaveCount(4).And.OnlyContain(p => p!["parameter_hash"]!.GetValue<string>() == Hash(gossip) && p["models"]!.GetValue<int>() == 4 && p["equivocations"]!.GetValue<long>() == 0);

        // What they know outlives their processes, until they are told to begin anew.
        CommandLineRun again = await Run("up", "gossip", "--port", "0", "--rounds", "25", "--set", "Gossip:PublicationInterval=30s", "-o", "json");
        Hash(again).Should().Be(Hash(gossip));
        CommandLineRun fresh = await Run("up", "gossip", "--port", "0", "--rounds", "2", "--fresh", "-o", "json");
        fresh.Json["data"]!["rounds"]!.GetValue<int>().Should().Be(2, fresh.Error);

        CommandLineRun stored = await Run("peers", "list", "--stored", "-o", "json");
        JsonArray rows = stored.Json["data"]!["stored"]!.AsArray();
        rows.Select(p => p!["peer"]!.GetValue<string>()).Should().Equal("A", "B", "C", "D");
        rows.Should().OnlyContain(p => p!["starts"]!.GetValue<long>() == 3 && p["incarnation"]!.GetValue<ulong>() == 1 && !p["running"]!.GetValue<bool>());
    }

    [Fact]
    public async Task UpGossip_DetachedWithAReporter_IsWatchedAskedAndStopped()
    {
        CommandLineRun up = await Run("up", "gossip", "--port", "0", "--peers", "2", "--rounds", "2", "--epochs", "1", "--reporters", "1", "--stay", "--detach", "-o", "json");
        up.ExitCode.Should().Be(0, up.Error);
        try
        {
            // Both peers list each other once they have met, and settle on one mean.
            JsonNode first = await UntilAsync(["peers", "list", "-o", "json"], data => data["settled"]?.GetValue<bool>() == true && data["peers"]!.AsArray().Count == 2);
            first["peers"]!.AsArray().Should().OnlyContain(p => p!["state"]!.GetValue<string>() == "alive" && p["connected"]!.GetValue<bool>());
            JsonNode topology = await UntilAsync(["peers", "topology", "-o", "json"], data => data["roots"]!.GetValue<int>() == 1 && data["peers"]!.AsArray().Count == 2);
            topology["silent"]!.AsArray().Should().BeEmpty();

            CommandLineRun removal = await BuiltProgram.AskAsync(_folder.Path, "peers", "remove", "B", "-o", "json");
            removal.ExitCode.Should().Be(4, "it lives");
            removal.Json["error_code"]!.GetValue<string>().Should().Be("not_removed");
            removal.Error.Should().Contain("B is here");

            CommandLineRun ps = await Run("ps", "-o", "json");
            ps.Json["data"]!["processes"]!.AsArray().Select(p => p!["name"]!.GetValue<string>()).Should().BeEquivalentTo("up", "reporter", "peer-A", "peer-B");
            JsonNode report = await ReportAsync();
            report["peers"]!.AsArray().Select(p => p!["peer"]!.GetValue<string>()).Should().Equal("A", "B");
        }
        finally
        {
            CommandLineRun down = await Run("down", "-o", "json");
            down.Json["data"]!["stopped"]!.AsArray().Should().HaveCount(4);
            down.Json["data"]!["killed"]!.AsArray().Should().BeEmpty();
        }
    }

    [Fact]
    public async Task UpGossip_PeerKilled_IsStartedAgainAndAllAgree()
    {
        await using BuiltProgram up = BuiltProgram.Start(_folder.Path, "up", "gossip", "--port", "0", "--rounds", "250", "--epochs", "5", "-o", "jsonl");

        // As below: far more rounds than fit between the first and the kill.
        await up.EventAsync("round");

        BuiltProgram.Signal(new ProcessLedger(_folder["storage"]).Read()!.Children.Single(c => c.Name == "peer-A").Process.Id, "KILL");

        (await up.EndAsync()).Should().Be(0, up.Error);
        JsonNode data = JsonNode.Parse(up.Out.TrimEnd('\n').Split('\n')[^1])!["data"]!;
        data["restarts"]!.GetValue<int>().Should().BeGreaterThanOrEqualTo(1);
        data["peers"]!.AsArray().Should().HaveCount(4).And.OnlyContain(p => p!["settled"]!.GetValue<bool>() && p["equivocations"]!.GetValue<long>() == 0);
    }

    /// <summary>A run that was killed left no trace, and the next one, also of a run that was stopped, began as another.</summary>
    [Theory]
    [InlineData("KILL", "interrupted")]
    [InlineData("INT", "stopped")]
    public async Task UpGossip_KilledOrStopped_GoesOnAsTheSameRun(string signal, string state)
    {
        // Far more rounds than fit between the first and the signal, however fast peers are; and what they are at is asked within this process, since another one takes its time to start.
        string[] arguments = ["up", "gossip", "--port", "0", "--rounds", "250", "--epochs", "5", "-o", "jsonl"];
        await using (BuiltProgram up = BuiltProgram.Start(_folder.Path, arguments))
        {
            await up.EventAsync("round");
            RunsOf(await CommandLineRun.Of("runs", "list", "-o", "json", "--set", $"Storage:Path={_folder["storage"]}")).Should().ContainSingle().Which.Should().EndWith(" running");
            BuiltProgram.Signal(up.Id, signal);
            (await up.EndAsync()).Should().Be(signal == "INT" ? 0 : 128 + 9, "who stops it gets what was asked for");
        }

        string left = (await RunsAsync()).Should().ContainSingle().Subject;
        left.Should().EndWith($" {state}");
        string id = left.Split(' ')[0];
        if (signal == "INT")
        {
            JsonNode shown = (await Run("runs", "show", "-o", "json")).Json["data"]!;
            shown["reason"]!.GetValue<string>().Should().Contain("up gossip goes on with it");
            shown["committed_rounds"]!.GetValue<int>().Should().BePositive();
            (await Run("model", "export", "--to", _folder["left.npz"])).ExitCode.Should().Be(0, "the mean of the round that it shows last is kept");
        }

        CommandLineRun again = await Run(arguments);

        again.ExitCode.Should().Be(0, again.Error);
        again.Error.Should().Contain($"Going on with run {id}");
        (await RunsAsync()).Should().Equal($"{id} finished");
    }

    [Fact]
    public async Task StartPeer_OverMutualTls_AgreesWithASecondOne()
    {
        await Run("cert", "generate", "A", "B");
        string[] Tls(string certificate) =>
        [
            "--peers", "2", "--rounds", "2", "--epochs", "1", "--port", "0", "--set", "Transport:Tls:Mode=mutual", "--set", $"Transport:Tls:Certificate=certs/{certificate}.pem",
            "--set", $"Transport:Tls:Key=certs/{certificate}.key", "--set", "Transport:Tls:Authority=certs/ca.pem", "-o", "jsonl",
        ];
        await using BuiltProgram a = BuiltProgram.Start(_folder.Path, ["start", "peer", "--site", "A", .. Tls("A")]);
        string seed = $"127.0.0.1:{(await a.EventAsync("listening"))["port"]}";

        CommandLineRun b = await Run(["start", "peer", "--site", "B", "--seed", seed, "--until-agreed", .. Tls("B")]);
        a.Signal("TERM");

        b.ExitCode.Should().Be(0, b.Error);
        (await a.EndAsync()).Should().Be(0, a.Error);
        JsonNode last = JsonNode.Parse(b.Out.TrimEnd('\n').Split('\n')[^1])!["data"]!;
        last["outcome"]!.GetValue<string>().Should().Be("agreed");
        last["models"]!.GetValue<int>().Should().Be(2);
        last["refusals"]!.GetValue<long>().Should().Be(0);

        CommandLineRun other = await Run(["start", "peer", "--site", "C", .. Tls("A")]);
        other.ExitCode.Should().Be(4);
        other.Error.Should().Contain("the certificate of CN=A names A").And.Contain("cert issue C");
    }

    [Fact]
    public async Task StartPeer_ModelDoesNotFit_IsRefusedOnBothSides()
    {
        await using BuiltProgram a = BuiltProgram.Start(_folder.Path, "start", "peer", "--site", "A", "--peers", "2", "--port", "0", "-o", "jsonl");
        string seed = $"127.0.0.1:{(await a.EventAsync("listening"))["port"]}";
        FedActors.FL.Data.NpzWriter.Write(_folder["small.npz"],
        [
            new("X", FedActors.FL.Data.NpyArray.Of(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 4, 2)),
            new("y", FedActors.FL.Data.NpyArray.Of(new long[] { 0, 1, 0, 1 }, 4)),
        ]);
        FedActors.FL.Data.Preparation.DataSplit.Split(_folder["small.npz"], _folder["small"], new FedActors.FL.Data.Preparation.SplitOptions { Sites = 1, HoldOut = 0 });

        CommandLineRun b = await Run("start", "peer", "--site", "A", "--id", "B", "--data", "small", "--peers", "2", "--port", "0", "--seed", seed, "-o", "json");

        b.ExitCode.Should().Be(2, b.Error);
        b.Json["error_code"]!.GetValue<string>().Should().Be("refused");
        b.Error.Should().Contain("36").And.Contain("2");
        (await a.LineAsync("\"change\":\"refused\"")).Should().Contain("\"member\":\"B\"").And.Contain("36");
    }

    [Fact]
    public async Task StartPeer_StoreInUse_IsRefusedNamingTheOther()
    {
        using var store = new SqliteGossipStore(new GossipStoreOptions { Path = _folder["storage/peers/A/gossip.db"] });

        CommandLineRun run = await CommandLineRun.Of("start", "peer", "--site", "A", "--port", "0", "--set", $"Storage:Path={_folder["storage"]}", "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("store_busy");
    }

    private async Task<string[]> RunsAsync() => RunsOf(await Run("runs", "list", "-o", "json"));

    private static string[] RunsOf(CommandLineRun list) => [.. list.Json["data"]!["runs"]!.AsArray().Select(run => $"{run!["run_id"]} {run["status"]}")];

    private async Task<JsonNode> ReportAsync()
    {
        string url = File.ReadAllText(_folder["storage/logs/reporter.log"]).Split(' ', '\n').First(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
        using var client = new HttpClient();
        JsonNode? report = null;
        await Eventually.TrueAsync(async () =>
        {
            // A reporter that does not answer in time is said to be unavailable.
            using HttpResponseMessage response = await client.GetAsync(url);
            report = response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
            return report?["peers"]!.AsArray().Count == 2;
        });
        (await client.PostAsync(url, null)).StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        return report!;
    }

    private async Task<JsonNode> UntilAsync(string[] arguments, Func<JsonNode, bool> condition)
    {
        JsonNode? data = null;
        await Eventually.TrueAsync(async () =>
        {
            CommandLineRun run = await CommandLineRun.Of([.. arguments, "--set", $"Storage:Path={_folder["storage"]}"]);
            data = run.ExitCode == 0 ? run.Json["data"] : null;
            return data is not null && condition(data);
        });
        return data!;
    }

    private Task<CommandLineRun> Run(params string[] arguments) => BuiltProgram.RunAsync(_folder.Path, arguments);

    private static string Hash(CommandLineRun run) => run.Json["data"]!["parameter_hash"]!.GetValue<string>();
}
