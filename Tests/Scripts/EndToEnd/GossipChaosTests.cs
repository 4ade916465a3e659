using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;
using FedActors.Tests.TestKit.Processes;
using Xunit.Abstractions;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Four peers as processes, two on each end of a cable, under faults of processes, network and disk that one seed decides.</summary>
/// <remarks>
/// A fault lasts until it is felt: those who can go on hold whom they do not hear any more to be dead, and average without them. Only a
/// short kill is over before. How many faults: <see cref="ChaosPlan"/>; two by default.
/// </remarks>
public sealed class GossipChaosTests(ITestOutputHelper output) : IDisposable
{
    private const int FirstPort = 5210;
    private const int UsualFaults = 2;
    private const int MostRoundsMore = 20;

    private static readonly string[] Names = ["A", "B", "C", "D"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<WatchedPeer> _peers = [];
    private LoopFileSystem? _disk;

    private enum Kind
    {
        Cut,
        OneWay,
        Narrow,
        Kill,
        ShortKill,
        Halt,
        PowerCut,
    }

    public void Dispose()
    {
        _disk?.Dispose();
        _folder.Dispose();
    }

    [OutsideProgramFact(OutsideProgram.NetworkNamespaces)]
    public async Task Peers_UnderFaultsThatOneSeedDecides_FeelEachRecoverAndAgree()
    {
        SplitMix chance = new(ChaosPlan.Seed);
        Kind[] plan = ChaosPlan.Draw(Kinds(), ChaosPlan.CountOr(UsualFaults), chance);
        using var network = new NetworkNamespace();
        try
        {
            _peers.AddRange(Enumerable.Range(0, Names.Length).Select(i => Start(network, i, "--rounds", "1000000")));
            await RecoveredAsync();
            foreach (Kind kind in plan)
            {
                int victim = chance.Next(Names.Length);
                TimeSpan felt = await HappenAsync(network, kind, victim);
                TimeSpan recovered = await RecoveredAsync();
                output.WriteLine($"{kind}{(kind is Kind.Kill or Kind.ShortKill or Kind.Halt ? $" of {Names[victim]}" : "")}: felt after {felt.TotalSeconds:0.00} s, recovered after {recovered.TotalSeconds:0.00} s");
            }

            output.WriteLine($"seed {ChaosPlan.Seed}: {string.Join(", ", plan.CountBy(kind => kind).Select(count => $"{count.Key} {count.Value}"))}; rounds {string.Join(", ", _peers.Select(peer => $"{peer.Name} {peer.Round}"))}");
            await AgreeAsync(network);
        }
        finally
        {
            await Task.WhenAll(_peers.Select(peer => peer.DisposeAsync().AsTask()));
        }

        BuiltProgram.Running(_folder.Path).Should().BeEmpty("nothing that was started lives on");
    }

    /// <summary>All that this machine allows. The near end's peers keep their states on a disk whose power can be cut.</summary>
    private Kind[] Kinds()
    {
        Kind[] all = Enum.GetValues<Kind>();
        if (LoopFileSystem.FindObstacle() is { } obstacle)
        {
            output.WriteLine($"No power is cut: {obstacle}");
            return [.. all.Where(kind => kind != Kind.PowerCut)];
        }

        _disk = new LoopFileSystem();
        return all;
    }

    /// <summary>Lets it happen until it is felt.</summary>
    /// <returns>How long that took.</returns>
    private async Task<TimeSpan> HappenAsync(NetworkNamespace network, Kind kind, int number)
    {
        WatchedPeer victim = _peers[number];
        WatchedPeer[] others = [.. _peers.Where(peer => peer != victim)];
        TimeSpan felt;
        switch (kind)
        {
            case Kind.Cut or Kind.OneWay:
                network.Cut(oneWay: kind == Kind.OneWay);
                felt = await WatchedPeer.AllAsync(_peers, peer => peer.HasLost(Names.Where((_, i) => IsFar(i) != IsFar(IndexOf(peer)))) && peer.Models == Names.Length / 2, "it goes on with its own end alone");
                network.Mend();
                break;
            case Kind.Narrow:
                network.Narrow(bitsPerSecond: 128_000);
                felt = await RoundsAsync(_peers, 3);
                for (int more = 0; more < MostRoundsMore && network.Held() == 0; more++)
                {
                    // On a slow machine what there is may fit through for once.
                    felt += await RoundsAsync(_peers, 1);
                }

                network.Widen().Should().BePositive("something had to wait");
                break;
            case Kind.Kill or Kind.ShortKill:
                victim.Program.Kill();
                felt = kind == Kind.Kill ? await LostAsync(others, victim.Name) : await RoundsAsync(others, 1);
                await RestartAsync(network, number);
                break;
            case Kind.PowerCut:
                _disk!.CutPower();
                WatchedPeer[] near = [.. _peers.Where(peer => !IsFar(IndexOf(peer)))];
                Array.ForEach(near, peer => peer.Program.Kill());
                felt = await LostAsync([.. _peers.Except(near)], [.. near.Select(peer => peer.Name)]);
                await Task.WhenAll(near.Select(peer => peer.DisposeAsync().AsTask()));
                _disk.Restart();
                foreach (WatchedPeer peer in near)
                {
                    await RestartAsync(network, IndexOf(peer));
                }

                break;
            default:
                victim.Program.Signal("STOP");
                felt = await LostAsync(others, victim.Name);
                victim.Program.Signal("CONT");
                break;
        }

        return felt;
    }

    /// <summary>Starts it again, once nothing of its last life has a file open.</summary>
    private async Task RestartAsync(NetworkNamespace network, int number)
    {
        await _peers[number].DisposeAsync();
        _peers[number] = Start(network, number, "--rounds", "1000000");
    }

    private static Task<TimeSpan> LostAsync(IReadOnlyList<WatchedPeer> peers, params string[] lost) =>
        WatchedPeer.AllAsync(peers, peer => peer.HasLost(lost) && peer.Models == Names.Length - lost.Length, $"it holds {string.Join(" and ", lost)} to be dead and averages without");

    private static async Task<TimeSpan> RoundsAsync(IReadOnlyList<WatchedPeer> peers, int count)
    {
        Dictionary<WatchedPeer, int> before = peers.ToDictionary(peer => peer, peer => peer.Rounds);
        return await WatchedPeer.AllAsync(peers, peer => peer.Rounds >= before[peer] + count, $"it closes {count} rounds more");
    }

    /// <summary>Awaits that each peer closes a round from now on whose mean holds the models of all, and holds nobody to be dead.</summary>
    private async Task<TimeSpan> RecoveredAsync()
    {
        Dictionary<WatchedPeer, int> before = _peers.ToDictionary(peer => peer, peer => peer.Rounds);
        return await WatchedPeer.AllAsync(_peers, peer => peer.Rounds > before[peer] && peer.Models == Names.Length && peer.HasLost(), "it averages with all others again");
    }

    /// <summary>A last start of all with an end in sight: what they know suffices to agree on one mean.</summary>
    private async Task AgreeAsync(NetworkNamespace network)
    {
        foreach (WatchedPeer peer in _peers)
        {
            peer.Program.Signal("TERM");
        }

        int last = 0;
        foreach (WatchedPeer peer in _peers)
        {
            (await peer.EndAsync()).Should().Be(0, peer.Program.Error);
            last = Math.Max(last, peer.Round);
            await peer.DisposeAsync();
        }

        _peers.Clear();
        _peers.AddRange(Enumerable.Range(0, Names.Length).Select(i => Start(network, i, "--until-agreed", "--rounds", $"{last + 3}")));
        HashSet<string> hashes = [];
        foreach (WatchedPeer peer in _peers)
        {
            (await peer.EndAsync()).Should().Be(0, peer.Program.Error);
            JsonNode data = JsonNode.Parse(peer.Program.Out.TrimEnd('\n').Split('\n')[^1])!["data"]!;
            data["incarnation"]!.GetValue<ulong>().Should().Be(1, "nobody lost anything that it had told, so nobody needed another");
            data["equivocations"]!.GetValue<long>().Should().Be(0);
            hashes.Add(data["parameter_hash"]!.GetValue<string>());
        }

        hashes.Should().ContainSingle();
    }

    /// <summary>The first two on this end of the cable, the others on the far one; each knows all others.</summary>
    private WatchedPeer Start(NetworkNamespace network, int i, params string[] more)
    {
        string[] seeds = [.. Enumerable.Range(0, Names.Length).Where(other => other != i).SelectMany(other => new[] { "--seed", $"{HostOf(network, other)}:{FirstPort + other}" })];
        string storage = _disk is null || IsFar(i) ? _folder["storage"] : Path.Combine(_disk.Path, "storage");
        string[] arguments =
        [
            "start", "peer", "--site", Names[i], "--peers", $"{Names.Length}", "--epochs", "1", "--host", HostOf(network, i), "--port", $"{FirstPort + i}",
            "--with-launcher", "--set", "Gossip:PublicationInterval=500ms", "--set", "Gossip:ConvergenceEps=0", "--set", $"Storage:Path={storage}", "-o", "jsonl", .. seeds, .. more,
        ];
        return new WatchedPeer(Names[i], BuiltProgram.StartWithin(IsFar(i) ? network.Enter : [], _folder.Path, arguments));
    }

    private static int IndexOf(WatchedPeer peer) => Array.IndexOf(Names, peer.Name);

    private static bool IsFar(int i) => i >= Names.Length / 2;

    private static string HostOf(NetworkNamespace network, int i) => IsFar(i) ? network.Address : network.HostAddress;
}
