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
        lines[^1].Should().MatchRegex(@"^agreed  3 rounds  4 peers  accuracy 0\.\d{4}  loss \d\.\d{4}  mean [0-9a-f]{12}  ");
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
    public async Task Run_TopologyInTwoParts_IsRefusedNamingThem()
    {
        CommandLineRun run = await Run("--topology", "custom", "--set", "Gossip:Edges=A:B,C:D");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("Gossip:Edges").And.Contain("C, D");
    }

    /// <summary>Nobody is left behind however slow the machine is: so the same rounds give the same model.</summary>
    private Task<CommandLineRun> Run(params string[] arguments) => CommandLineRun.Of(["run", "--mode", "gossip", "--set", $"Storage:Path={_folder["storage"]}", "--set", "Gossip:PublicationInterval=1m", .. arguments]);
}
