using FedActors.FL.Data;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage;
using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Doctor;

/// <summary>What gossip mode needs: the peers' stores, a topology in which all can hear of all, and the seeds.</summary>
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

    /// <summary>Whether the peers to dial first answer; one that lives is enough.</summary>
    public static async Task<IReadOnlyList<CheckResult>> SeedsAsync(FedConfig config, TimeProvider time, CancellationToken stopping)
    {
        if (config.Gossip.Seeds.Count == 0)
        {
            return [CheckResult.Ok("seeds", "none are configured: the first peer needs none")];
        }

        CheckResult[] answers = await Task.WhenAll(config.Gossip.Seeds.Select(seed =>
            NetworkChecks.AnswersAsync("seeds", seed, config.Transport.Tls, CheckState.Warn, time, stopping))).ConfigureAwait(false);
        return answers.Any(answer => answer.State == CheckState.Ok) ? answers : [.. answers.Select(answer => answer with { State = CheckState.Fail })];
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
