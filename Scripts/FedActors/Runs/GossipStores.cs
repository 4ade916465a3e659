using FedActors.Storage;
using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Runs;

/// <summary>Opens peers' stores.</summary>
internal static class GossipStores
{
    public static SqliteGossipStore OpenForWriting(string path) => new(new GossipStoreOptions { Path = path });

    public static SqliteGossipStore OpenForReading(string path) => new(new GossipStoreOptions { Path = path, Access = StoreAccess.Read });

    /// <summary>Lets a peer begin anew: what it knew goes, and the versions that it gave out stay counted.</summary>
    public static void Forget(string path, string peer)
    {
        if (File.Exists(path))
        {
            using SqliteGossipStore store = OpenForWriting(path);
            store.Forget(peer);
        }
    }
}
