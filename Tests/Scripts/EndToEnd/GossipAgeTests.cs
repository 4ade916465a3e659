using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Processes;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>A peer that dies among others that go on, as processes over TCP.</summary>
public sealed class GossipAgeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Killed_ItsModel_LeavesTheOthersMeansAndIsBackWithIt()
    {
        await using WatchedPeer a = Start("A");
        await a.UntilAsync(() => a.Listens, "it listens");
        string seed = $"127.0.0.1:{a.Port}";
        await using WatchedPeer b = Start("B", seed);
        WatchedPeer[] others = [a, b];
        await using (WatchedPeer c = Start("C", seed))
        {
            await WatchedPeer.AllAsync([a, b, c], peer => peer.Figure("models") == 3, "all learn from all");
            c.Program.Kill();
            await WatchedPeer.AllAsync(others, peer => peer.Figure("models") == 2, "what the dead one left is too old");
        }

        await using WatchedPeer back = Start("C", seed);
        await WatchedPeer.AllAsync([a, b, back], peer => peer.Figure("models") == 3, "it learns with them again");
    }

    private WatchedPeer Start(string site, params string[] seeds) => new(site, BuiltProgram.Start(
        _folder.Path,
        [
            "start", "peer", "--site", site, "--peers", "3", "--rounds", "1000000", "--epochs", "1", "--port", "0", "-o", "jsonl",
            "--set", "Gossip:PublicationInterval=1s", "--set", "Gossip:EntryAgeLimit=2", "--set", "Gossip:ConvergenceEps=0",
            .. seeds.SelectMany(seed => new[] { "--seed", seed }),
        ]));
}
