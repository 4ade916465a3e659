using FedActors.FL.Data;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage;
using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Doctor;

/// <summary>What gossip mode needs: the peers' stores, and a topology in which all can hear of all.</summary>
internal static class GossipChecks
{
    /// <summary>The stores of peers of this machine. They are there where coordinated mode is configured now, too.</summary>
    public static IEnumerable<CheckResult> Stores(FedConfig config)
    {
        string[] stores = [.. new[] { config.Storage.Peers, config.Storage.RunPeers }
            .Where(Directory.Exists).SelectMany(Directory.GetDirectories).Select(folder => Path.Combine(folder, GossipStoreOptions.FileName)).Where(File.Exists).Order(StringComparer.Ordinal)];
        if (stores.Length == 0)
        {
            return config.IsGossip ? [CheckResult.Ok("peers", $"there is no store in {config.Storage.Peers} yet; a peer's first start makes it")] : [];
        }

        CheckResult[] faults = [.. stores.Select(Fault).OfType<CheckResult>()];
        return faults.Length > 0 ? faults : [CheckResult.Ok("peers", $"{Counted.Of(stores.Length, "store")} in {config.Storage.Path}, all of them whole")];
    }

    /// <summary>Whether the topology leaves nobody out, for the peers that would be started here.</summary>
    public static CheckResult Topology(FedConfig config)
    {
        try
        {
            string[] peers = [.. FederatedData.Open(config.DataSource).Manifest.Sites.Take(config.Gossip.Options.Peers).Select(site => site.Name)];
            LocalGossip.CheckRules(config, peers);
            return CheckResult.Ok("topology", $"{config.Gossip.Topology.Name} over {Counted.Of(peers.Length, "peer")}: all can hear of all");
        }
        catch (CommandFailure failure)
        {
            return CheckResult.Fail("topology", string.Join("; ", failure.Details));
        }
        catch (DataFileException)
        {
            return CheckResult.Warn("topology", "it cannot be checked without the data set's sites");
        }
    }

    private static CheckResult? Fault(string path)
    {
        if (SqliteGossipStore.HasWriter(path))
        {
            // A peer runs on it, and has checked it when it started.
            return null;
        }

        try
        {
            // Opening it for writing checks its integrity as a peer would.
            using SqliteGossipStore store = GossipStores.OpenForWriting(path);
            foreach (PeerRecord peer in store.ListPeers())
            {
                store.LoadHeads(peer.Peer);
            }

            return null;
        }
        catch (StoreException exception)
        {
            return CheckResult.Fail("peers", exception.Message);
        }
    }
}
