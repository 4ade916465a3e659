using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;
using FedActors.Tests.TestKit.Processes;
using Xunit.Abstractions;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Four peers as processes, two on each end of a cable, under faults of processes and network that one seed decides.</summary>
/// <remarks>
/// <c>FEDACTORS_CHAOS</c> and <c>FEDACTORS_SEED</c> set how many faults and which: five by default, as many as wished. A fault lasts as many
/// rounds of those who can go on as it says, and no time. The long form is <c>FEDACTORS_CHAOS=100 dotnet test --filter GossipChaos</c>.
/// </remarks>
public sealed class GossipChaosTests(ITestOutputHelper output) : IDisposable
{
    private const int FirstPort = 5210;
    private const int MostRounds = 2;

    private static readonly string[] Names = ["A", "B", "C", "D"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<WatchedPeer> _peers = [];

    private enum Kind
    {
        Cut,
        OneWay,
        Narrow,
        Kill,
        Halt,
    }

    private static int Faults => int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_CHAOS") ?? "5", CultureInfo.InvariantCulture);

    private static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1", CultureInfo.InvariantCulture);

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.NetworkNamespaces)]
    public async Task Peers_UnderFaultsThatOneSeedDecides_RecoverFromEachAndAgree()
    {
        Fault[] plan = Draw(Seed);
        using var network = new NetworkNamespace();
        try
        {
            _peers.AddRange(Enumerable.Range(0, Names.Length).Select(i => Start(network, i, "--rounds", "1000000")));
            await RecoveredAsync();
            foreach (Fault fault in plan)
            {
                await HappenAsync(network, fault);
                output.WriteLine($"{fault}: recovered after {(await RecoveredAsync()).TotalSeconds:0.00} s");
            }

            output.WriteLine($"seed {Seed}: {string.Join(", ", plan.CountBy(fault => fault.Kind).Select(count => $"{count.Key} {count.Value}"))}; rounds {string.Join(", ", _peers.Select(peer => $"{peer.Name} {peer.Round}"))}");
            await AgreeAsync(network);
        }
        finally
        {
            foreach (WatchedPeer peer in _peers)
            {
                await peer.DisposeAsync();
            }
        }
    }

    /// <summary>Every kind in turn, in an order that the seed decides anew for each turn; so do victims and lengths.</summary>
    private static Fault[] Draw(ulong seed)
    {
        SplitMix chance = new(seed);
        Kind[] kinds = Enum.GetValues<Kind>();
        List<Fault> plan = [];
        while (plan.Count < Faults)
        {
            List<Kind> turn = [.. kinds];
            while (turn.Count > 0)
            {
                Kind kind = turn[chance.Next(turn.Count)];
                turn.Remove(kind);
                plan.Add(new Fault(kind, chance.Next(Names.Length), 1 + chance.Next(MostRounds)));
            }
        }

        return [.. plan.Take(Faults)];
    }

    private async Task HappenAsync(NetworkNamespace network, Fault fault)
    {
        WatchedPeer victim = _peers[fault.Victim];
        WatchedPeer[] others = [.. _peers.Where(peer => peer != victim)];
        switch (fault.Kind)
        {
            case Kind.Cut or Kind.OneWay:
                network.Cut(oneWay: fault.Kind == Kind.OneWay);
                await RoundsAsync(_peers, fault.Rounds);
                network.Mend();
                break;
            case Kind.Narrow:
                network.Narrow(bitsPerSecond: 256_000);
                await RoundsAsync(_peers, fault.Rounds);
                network.Widen();
                break;
            case Kind.Kill:
                victim.Program.Kill();
                await RoundsAsync(others, fault.Rounds);
                await victim.DisposeAsync();
                _peers[fault.Victim] = Start(network, fault.Victim, "--rounds", "1000000");
                break;
            default:
                victim.Program.Signal("STOP");
                await RoundsAsync(others, fault.Rounds);
                victim.Program.Signal("CONT");
                break;
        }
    }

    private static async Task RoundsAsync(IReadOnlyList<WatchedPeer> peers, int count)
    {
        Dictionary<WatchedPeer, int> before = peers.ToDictionary(peer => peer, peer => peer.Rounds);
        await WatchedPeer.AllAsync(peers, peer => peer.Rounds >= before[peer] + count, $"it closes {count} rounds more");
    }

    /// <summary>Awaits that each peer closes a round from now on whose mean holds the models of all.</summary>
    private async Task<TimeSpan> RecoveredAsync()
    {
        Dictionary<WatchedPeer, int> before = _peers.ToDictionary(peer => peer, peer => peer.Rounds);
        return await WatchedPeer.AllAsync(_peers, peer => peer.Rounds > before[peer] && peer.Models == Names.Length, "it averages with all others again");
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
            (await peer.Program.EndAsync()).Should().Be(0, peer.Program.Error);
            last = Math.Max(last, peer.Round);
            await peer.DisposeAsync();
        }

        _peers.Clear();
        _peers.AddRange(Enumerable.Range(0, Names.Length).Select(i => Start(network, i, "--until-agreed", "--rounds", $"{last + 3}")));
        HashSet<string> hashes = [];
        foreach (WatchedPeer peer in _peers)
        {
            (await peer.Program.EndAsync()).Should().Be(0, peer.Program.Error);
            JsonNode data = JsonNode.Parse(peer.Program.Out.TrimEnd('\n').Split('\n')[^1])!["data"]!;
            data["incarnation"]!.GetValue<ulong>().Should().Be(1, "nobody lost anything, so nobody needed another");
            data["equivocations"]!.GetValue<long>().Should().Be(0);
            hashes.Add(data["parameter_hash"]!.GetValue<string>());
        }

        hashes.Should().ContainSingle();
    }

    /// <summary>The first two on this end of the cable, the others on the far one; each knows all others.</summary>
    private WatchedPeer Start(NetworkNamespace network, int i, params string[] more)
    {
        string[] seeds = [.. Enumerable.Range(0, Names.Length).Where(other => other != i).SelectMany(other => new[] { "--seed", $"{HostOf(network, other)}:{FirstPort + other}" })];
        string[] arguments =
        [
            "start", "peer", "--site", Names[i], "--peers", $"{Names.Length}", "--epochs", "1", "--host", HostOf(network, i), "--port", $"{FirstPort + i}",
            "--set", "Gossip:PublicationInterval=500ms", "--set", "Gossip:ConvergenceEps=0", "-o", "jsonl", .. seeds, .. more,
        ];
        return new WatchedPeer(Names[i], BuiltProgram.StartWithin(IsFar(i) ? network.Enter : [], _folder.Path, arguments));
    }

    private static bool IsFar(int i) => i >= Names.Length / 2;

    private static string HostOf(NetworkNamespace network, int i) => IsFar(i) ? network.Address : network.HostAddress;

    /// <summary>What goes wrong.</summary>
    /// <param name="Kind">What.</param>
    /// <param name="Victim">With whom, where it is one peer's.</param>
    /// <param name="Rounds">Rounds of those who can go on until it is over.</param>
    private sealed record Fault(Kind Kind, int Victim, int Rounds)
    {
        public override string ToString() => Kind is Kind.Kill or Kind.Halt ? $"{Kind} of {Names[Victim]} for {Rounds} rounds" : $"{Kind} for {Rounds} rounds";
    }
}
