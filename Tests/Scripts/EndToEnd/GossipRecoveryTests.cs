using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>A peer whose disk was wiped, put back from an old backup, or cloned: it goes on above all that others remember of it.</summary>
public sealed class GossipRecoveryTests : IDisposable
{
    private static readonly string Host = OwnLoopback.Of(nameof(GossipRecoveryTests));

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, int> _ports = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Peer_DiskWipedThenPutBackThenCloned_TakesAHigherIncarnationEachTimeAndAgreesAgain()
    {
        await using BuiltProgram other = await StartAsync("B", "storage");
        await using (BuiltProgram first = await StartAsync("A", "storage"))
        {
            await SettledAsync(first, incarnation: 1);
            await KillAsync(first);
        }

        Copy("storage/peers/A", "backup");
        Directory.Delete(_folder["storage/peers/A"], recursive: true);
        await using (BuiltProgram wiped = await StartAsync("A", "storage"))
        {
            await SettledAsync(wiped, incarnation: 2);
            await KillAsync(wiped);
        }

        Directory.Delete(_folder["storage/peers/A"], recursive: true);
        Copy("backup", "storage/peers/A");
        await using (BuiltProgram restored = await StartAsync("A", "storage"))
        {
            await SettledAsync(restored, incarnation: 3);
            await KillAsync(restored);
        }

        Copy("storage/peers/A", "elsewhere/peers/A");
        await using BuiltProgram cloned = await StartAsync("A", "elsewhere");
        JsonNode a = await SettledAsync(cloned, incarnation: 4);

        JsonNode b = await AgreedAsync(a["parameter_hash"]!.GetValue<string>());
        b["equivocations"]!.GetValue<long>().Should().Be(0, "no version was given out twice");
        b["models"]!.GetValue<int>().Should().Be(2);
    }

    private static async Task KillAsync(BuiltProgram peer)
    {
        peer.Kill();
        await peer.EndAsync();
    }

    private static async Task<JsonNode> SettledAsync(BuiltProgram peer, ulong incarnation)
    {
        JsonNode status;
        do
        {
            status = await peer.EventAsync("status");
        }
        while (!status["settled"]!.GetValue<bool>() || status["models"]!.GetValue<int>() < 2);
        status["incarnation"]!.GetValue<ulong>().Should().Be(incarnation);
        status["equivocations"]!.GetValue<long>().Should().Be(0);
        return status;
    }

    /// <summary>What B is at once it has settled on the mean that A holds.</summary>
    private async Task<JsonNode> AgreedAsync(string hash)
    {
        JsonNode? data = null;
        await Eventually.TrueAsync(async () =>
        {
            CommandLineRun run = await CommandLineRun.Of("peers", "list", "--peer", $"{Host}:{_ports["B"]}", "-o", "json");
            data = run.Json["data"];
            return data!["settled"]?.GetValue<bool>() == true && data["parameter_hash"]!.GetValue<string>() == hash;
        });
        return data!;
    }

    private async Task<BuiltProgram> StartAsync(string peer, string storage)
    {
        string[] seeds = [.. _ports.Where(p => p.Key != peer).SelectMany(p => new[] { "--seed", $"{Host}:{p.Value}" })];
        BuiltProgram process = BuiltProgram.Start(
            _folder.Path,
            ["start", "peer", "--site", peer, "--peers", "2", "--rounds", "2", "--epochs", "1", "--host", Host, "--port", $"{_ports.GetValueOrDefault(peer)}", "--set", $"Storage:Path={storage}", "-o", "jsonl", .. seeds]);
        _ports[peer] = (await process.EventAsync("listening"))["port"]!.GetValue<int>();
        return process;
    }

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(_folder[to]);
        foreach (string file in Directory.GetFiles(_folder[from]))
        {
            File.Copy(file, Path.Combine(_folder[to], Path.GetFileName(file)));
        }
    }
}
