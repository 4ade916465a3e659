using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;
using FedActors.Tests.TestKit.Processes;
using Xunit.Abstractions;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>A peer that is slow and lives, as a process behind a narrow cable that is also halted now and then.</summary>
public sealed class GossipSlowTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>More than anybody comes to, so that no peer is through before the slow one was halted.</summary>
    private const int Rounds = 1_000_000;

    /// <summary>Halts of the slow peer, and rounds that the others close during each.</summary>
    private const int Halts = 2;
    private const int RoundsInAHalt = 2;
    private const int RoundsAfterwards = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.NetworkNamespaces)]
    public async Task Slow_BehindANarrowCableAndHaltedForLessThanTheAgeLimit_IsInEveryMean()
    {
        using var network = new NetworkNamespace();
        network.Narrow(bitsPerSecond: 64_000);
        await using WatchedPeer a = Start("A", network.HostAddress, []);
        await a.UntilAsync(() => a.Listens, "it listens");
        string seed = $"{network.HostAddress}:{a.Port}";
        await using WatchedPeer b = Start("B", network.HostAddress, [], seed);
        await using WatchedPeer slow = Start("C", network.Address, network.Enter, seed);
        WatchedPeer[] fast = [a, b];
        await WatchedPeer.AllAsync([a, b, slow], peer => peer.Rounds >= 1, "all learn");

        for (int halt = 0; halt < Halts; halt++)
        {
            int before = slow.Rounds;
            int[] theirs = [.. fast.Select(peer => peer.Rounds)];
            slow.Program.Signal("STOP");
            await WatchedPeer.AllAsync(fast, peer => peer.Rounds >= theirs[Array.IndexOf(fast, peer)] + RoundsInAHalt, "the others go on meanwhile");
            slow.Program.Signal("CONT");
            await slow.UntilAsync(() => slow.Rounds > before, "it goes on");
        }

        int[] sofar = [.. fast.Select(peer => peer.Rounds)];
        await WatchedPeer.AllAsync(fast, peer => peer.Rounds >= sofar[Array.IndexOf(fast, peer)] + RoundsAfterwards, "the others go on afterwards");
        output.WriteLine($"rounds of A {a.Rounds}, B {b.Rounds} and the slow one {slow.Rounds}; fewest models in a mean {a.FewestModels}, {b.FewestModels}");
        fast.Should().OnlyContain(peer => peer.FewestModels == 3, "a slow peer that lives is never left out");
    }

    private WatchedPeer Start(string site, string host, IReadOnlyList<string> within, params string[] seeds) => new(site, BuiltProgram.StartWithin(
        within,
        _folder.Path,
        [
            "start", "peer", "--site", site, "--peers", "3", "--rounds", $"{Rounds}", "--epochs", "1", "--host", host, "--port", "0", "-o", "jsonl",
            "--set", "Gossip:PublicationInterval=1s", "--set", "Gossip:EntryAgeLimit=20", "--set", "Gossip:ConvergenceEps=0",
            .. seeds.SelectMany(seed => new[] { "--seed", seed }),
        ]));
}
