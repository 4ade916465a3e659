using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.FL.Numerics;
using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;
using FedActors.Tests.TestKit.Processes;
using Xunit.Abstractions;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Eight peers as processes over TCP, four on each end of a cable that is cut while they learn.</summary>
/// <remarks>One test for all of it, since it takes eight processes and a network of their own.</remarks>
public sealed class GossipNetworkTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>The bound on bandwidth paces them, however slow the machine is: so many that the cut comes before the last.</summary>
    private const int Rounds = 30;

    private const int FirstPort = 5210;

    private static readonly string[] Names = ["A", "B", "C", "D", "E", "F", "G", "H"];

    /// <summary>Between exchanges; twice the default, so that a busy machine does not decide.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.NetworkNamespaces)]
    public async Task EightPeers_MetAsAChainThenCutInTwo_AllKnowAllAndHealToOneMeanThatLacksNoCountAndBringsNothingDeletedBack()
    {
        WriteData();
        using var network = new NetworkNamespace();
        var peers = new List<WatchedPeer>();
        try
        {
            for (int i = 0; i < Names.Length; i++)
            {
                if (i == Names.Length - 1)
                {
                    // All others are there before the last one joins.
                    await WatchedPeer.AllAsync(peers, peer => peer.Known == peers.Count - 1, "it knows those who are there");
                }

                peers.Add(Start(network, i));
            }

            await peers[^1].UntilAsync(() => peers[^1].Listens, "the last one joins");
            TimeSpan met = await WatchedPeer.AllAsync(peers, peer => peer.Known == Names.Length - 1, "it knows all");
            output.WriteLine($"all knew all {met.TotalSeconds:0.00} s after the last had joined");
            met.Should().BeLessThan(5 * Period);

            await WatchedPeer.AllAsync(peers, peer => peer.Rounds >= 3, "it learns");
            network.Cut();
            TimeSpan alone = await WatchedPeer.AllAsync(peers, peer => peer.IsDone, "each half learns on by itself, to its end");
            output.WriteLine($"all were done {alone.TotalSeconds:0.00} s after the cut");
            peers.Select(peer => peer.Figure("publications")).Max().Should().BeLessThan(Names.Length * Rounds, "neither half has heard of all that the other has published");
            network.Mend();
            TimeSpan healed = await OneMeanAsync(peers);

            long[] published = [.. peers.Select(peer => (long)peer.Rounds)];
            output.WriteLine($"one mean {healed.TotalSeconds:0.00} s after healing; counted {peers[0].Figure("publications")}, told {published.Sum()}");
            healed.Should().BeLessThan(15 * Period);
            peers.Select(peer => peer.Figure("publications")).Should().OnlyContain(count => count == published.Sum(), "each round stands for a model that was published");
            peers.Should().OnlyContain(peer => peer.Figure("models") == Names.Length && peer.Figure("equivocations") == 0 && peer.Figure("incarnation") == 1);
            await RemoveAsync(network, peers, published.Sum());
        }
        finally
        {
            foreach (WatchedPeer peer in peers)
            {
                await peer.DisposeAsync();
            }
        }
    }

    /// <summary>The last peer on this end leaves for good and is removed while the cable is cut, so that the far end still holds what is deleted here.</summary>
    private async Task RemoveAsync(NetworkNamespace network, List<WatchedPeer> peers, long published)
    {
        WatchedPeer gone = peers[(Names.Length / 2) - 1];
        string[] near = [.. Names.Take((Names.Length / 2) - 1)];
        network.Cut();
        gone.Program.Signal("TERM");
        (await gone.EndAsync()).Should().Be(0, gone.Program.Error);
        peers.Remove(gone);
        CommandLineRun removal = await BuiltProgram.AskAsync(_folder.Path, "peers", "remove", gone.Name, "--peer", Address(network, 0), "-o", "json");
        removal.ExitCode.Should().Be(0, removal.Error);
        await WatchedPeer.AllAsync([.. peers.Where(peer => near.Contains(peer.Name))], peer => peer.Figure("models") == peers.Count && peer.Settled is not null, "this end forgets its model");
        peers[^1].Figure("models").Should().Be(Names.Length, "the far end has not heard of it");
        near.Should().OnlyContain(peer => !HoldsModelOf(gone.Name, peer));

        network.Mend();
        TimeSpan healed = await OneMeanAsync(peers);
        output.WriteLine($"one mean without {gone.Name} {healed.TotalSeconds:0.00} s after healing");
        healed.Should().BeLessThan(15 * Period);
        await Eventually.TrueAsync(() =>
        {
            near.Should().OnlyContain(peer => !HoldsModelOf(gone.Name, peer), "nothing that is deleted returns");
            return Task.FromResult(peers.All(peer => IsForgotten(gone.Name, peer.Name)));
        }, "all have acknowledged what was deleted, and forget it");
        peers.Should().OnlyContain(peer => peer.Figure("models") == peers.Count && peer.Figure("publications") == published && peer.Figure("equivocations") == 0 && peer.Figure("incarnation") == 1);
    }

    private bool HoldsModelOf(string gone, string peer) => Keys(peer).Any(part => part.Body is not null && (part.Key == $"entry:model/{gone}" || part.Key == $"entry:model2/{gone}"));

    /// <summary>Whether nothing is left of a peer's models and description but that it was removed: its tombstones are acknowledged by all.</summary>
    private bool IsForgotten(string gone, string peer)
    {
        string[] keys = [.. Keys(peer).Select(part => part.Key)];
        return keys.Contains($"entry:removed/{gone}") && !keys.Contains($"entry:model/{gone}") && !keys.Contains($"entry:model2/{gone}") && !keys.Contains($"entry:info/{gone}");
    }

    private IReadOnlyList<StatePart> Keys(string peer)
    {
        using var store = new SqliteGossipStore(new GossipStoreOptions { Path = _folder[$"storage/peers/{peer}/gossip.db"], Access = StoreAccess.Read });
        return store.Load(peer);
    }

    /// <summary>Awaits that all have settled on one mean and know of one number of publications.</summary>
    private static async Task<TimeSpan> OneMeanAsync(IReadOnlyList<WatchedPeer> peers)
    {
        long started = TimeProvider.System.GetTimestamp();
        bool isOne = false;
        while (!isOne)
        {
            foreach (WatchedPeer peer in peers)
            {
                await peer.UntilAsync(() => peer.Settled is not null && peer.Figure("models") == peers.Count, "it settles on the mean of all");
            }

            isOne = peers.Select(peer => (peer.Settled, peer.Figure("publications"))).Distinct().Count() == 1;
            if (!isOne)
            {
                await Task.WhenAny(peers.Select(peer => peer.NewsAsync()));
            }
        }

        return TimeProvider.System.GetElapsedTime(started);
    }

    /// <summary>The first four on this end of the cable, the others on the far one; each knows its predecessor.</summary>
    private WatchedPeer Start(NetworkNamespace network, int i)
    {
        bool isFar = i >= Names.Length / 2;
        string[] seed = i == 0 ? [] : ["--seed", Address(network, i - 1)];
        string[] arguments =
        [
            "start", "peer", "--site", Names[i], "--data", "set", "--peers", $"{Names.Length}", "--rounds", $"{Rounds}", "--epochs", "1", "--host", HostOf(network, i), "--port", $"{FirstPort + i}",
            "--set", $"Gossip:Interval={Period.TotalSeconds}s", "--set", "Gossip:MaxBytesPerSecond=1400", "-o", "jsonl", .. seed,
        ];
        return new WatchedPeer(Names[i], BuiltProgram.StartWithin(isFar ? network.Enter : [], _folder.Path, arguments));
    }

    private static string HostOf(NetworkNamespace network, int i) => i >= Names.Length / 2 ? network.Address : network.HostAddress;

    private static string Address(NetworkNamespace network, int i) => $"{HostOf(network, i)}:{FirstPort + i}";

    /// <summary>Eight sites of forty rows. Models are so small that the bound on bandwidth paces the rounds, some three a second.</summary>
    private void WriteData()
    {
        const int Rows = 320;
        RandomStream chance = new(1);
        float[] values = new float[Rows * 4];
        long[] labels = new long[Rows];
        for (int row = 0; row < Rows; row++)
        {
            labels[row] = row % 3;
            for (int feature = 0; feature < 4; feature++)
            {
                values[(row * 4) + feature] = (float)(chance.NextGaussian() + (feature == labels[row] ? 2 : 0));
            }
        }

        NpzWriter.Write(_folder["all.npz"], [new("X", NpyArray.Of(values, Rows, 4)), new("y", NpyArray.Of(labels, Rows))]);
        DataSplit.Split(_folder["all.npz"], _folder["set"], new SplitOptions { Sites = Names.Length, HoldOut = 0 });
    }
}
