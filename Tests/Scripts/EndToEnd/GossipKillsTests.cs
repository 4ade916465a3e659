using System.Text.Json.Nodes;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.FL.Protocol;
using FedActors.Storage.Gossip;
using FedActors.Storage.Sqlite;
using FedActors.Tests.TestKit;
using Microsoft.Data.Sqlite;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Peers over TCP of which one after the other is killed without warning, in seeded order, and started again.</summary>
/// <remarks>
/// <c>FEDACTORS_KILLS</c> and <c>FEDACTORS_SEED</c> set how many kills and which: twenty by default, as many as wished. A kill comes while a
/// peer starts, or after some of its rounds. The long form is <c>FEDACTORS_KILLS=200 dotnet test --filter GossipKills</c>.
/// </remarks>
public sealed class GossipKillsTests : IDisposable
{
    private static readonly string[] Peers = ["A", "B", "C"];

    private static readonly string Host = OwnLoopback.Of(nameof(GossipKillsTests));

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, BuiltProgram> _processes = [];
    private readonly Dictionary<string, int> _ports = [];
    private readonly Dictionary<string, int> _announced = [];
    private readonly Dictionary<(string Key, ulong Incarnation, ulong Sequence), ContentHash> _versions = [];

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_KILLS") ?? "20");

    private static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Peers_KilledAtRandom_LoseNothingReissueNothingAndAgree()
    {
        var chance = new SplitMix(Seed);
        try
        {
            foreach (string peer in Peers)
            {
                await StartAsync(peer, "--rounds", "1000000");
            }

            await RoundsAsync("A", 1);
            for (int kill = 0; kill < Kills; kill++)
            {
                string victim = Peers[chance.Next(Peers.Length)];
                await RoundsAsync(victim, chance.Next(4));
                await KillAsync(victim);
                StoreIsWhole(victim);
                await StartAsync(victim, "--rounds", "1000000");
            }

            await EndAndAgreeAsync();
        }
        finally
        {
            foreach (BuiltProgram process in _processes.Values)
            {
                await process.DisposeAsync();
            }
        }

        _versions.Should().HaveCountGreaterThan(Peers.Length);
    }

    /// <summary>A last start of all with an end in sight: what they know suffices to agree on one mean.</summary>
    private async Task EndAndAgreeAsync()
    {
        await Task.WhenAll(Peers.Select(peer => RoundsAsync(peer, 1)));
        foreach (string peer in Peers)
        {
            _processes[peer].Signal("TERM");
            (await _processes[peer].EndAsync()).Should().Be(0, _processes[peer].Error);
            StoreIsWhole(peer);
        }

        int rounds = _announced.Values.Max() + 3;
        foreach (string peer in Peers)
        {
            await StartAsync(peer, "--until-agreed", "--rounds", $"{rounds}");
        }

        var hashes = new HashSet<string>();
        foreach (string peer in Peers)
        {
            (await _processes[peer].EndAsync()).Should().Be(0, _processes[peer].Error);
            JsonNode data = JsonNode.Parse(_processes[peer].Out.TrimEnd('\n').Split('\n')[^1])!["data"]!;
            data["incarnation"]!.GetValue<ulong>().Should().Be(1, "nobody lost anything, so nobody needed another");
            data["equivocations"]!.GetValue<long>().Should().Be(0);
            hashes.Add(data["parameter_hash"]!.GetValue<string>());
        }

        hashes.Should().ContainSingle();
    }

    private async Task KillAsync(string peer)
    {
        BuiltProgram victim = _processes[peer];
        victim.Kill();
        await victim.EndAsync();

        // A kill may have cut the last line short, and what it was to say has been told to nobody.
        foreach (string line in victim.Out.Split('\n')[..^1].Where(line => line.Contains("\"event\":\"round\"", StringComparison.Ordinal)))
        {
            Remember(peer, JsonNode.Parse(line)!["data"]!);
        }

        await victim.DisposeAsync();
    }

    private void StoreIsWhole(string peer)
    {
        string path = _folder[$"storage/peers/{peer}/gossip.db"];
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            connection.Scalar<string>("PRAGMA integrity_check").Should().Be("ok");
        }

        using var store = new SqliteGossipStore(new GossipStoreOptions { Path = path });
        PeerRecord record = store.FindPeer(peer)!;
        int stored = store.ListMetrics(peer) is { Count: > 0 } metrics ? metrics[^1].Round : 0;
        stored.Should().BeGreaterThanOrEqualTo(_announced.GetValueOrDefault(peer), $"{peer} told of that round");
        foreach (StatePart part in store.Load(peer).Where(part => part.Key.StartsWith("entry:", StringComparison.Ordinal)))
        {
            var reader = new MessagePackReader(part.Head.Span);
            EntryHeader header = reader.ReadHeader();
            Stamp stamp = header.Stamp;
            if (stamp.Replica == peer && stamp.Incarnation == record.Incarnation)
            {
                stamp.Tick.Should().BeLessThanOrEqualTo(record.LastSequence);
            }

            var version = (header.Key, stamp.Incarnation, stamp.Tick);
            _versions.TryAdd(version, stamp.Content);
            _versions[version].Should().Be(stamp.Content, $"{version} was given out with other content before");
        }
    }

    /// <summary>Awaits a number of rounds of a peer.</summary>
    private async Task RoundsAsync(string peer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Remember(peer, await _processes[peer].EventAsync("round"));
        }
    }

    private void Remember(string peer, JsonNode round) => _announced[peer] = Math.Max(_announced.GetValueOrDefault(peer), round["round"]!.GetValue<int>());

    private async Task StartAsync(string peer, params string[] more)
    {
        string[] seeds = [.. _ports.Where(p => p.Key != peer).SelectMany(p => new[] { "--seed", $"{Host}:{p.Value}" })];
        BuiltProgram process = BuiltProgram.Start(
            _folder.Path, ["start", "peer", "--site", peer, "--peers", "3", "--epochs", "20", "--host", Host, "--port", $"{_ports.GetValueOrDefault(peer)}", "-o", "jsonl", .. seeds, .. more]);
        _processes[peer] = process;
        _ports[peer] = (await process.EventAsync("listening"))["port"]!.GetValue<int>();
    }
}
