using FedActors.Storage;
using FedActors.Storage.Gossip;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>A store that remembers what was saved at a time, and how durably, and fails to save when it is told to.</summary>
internal sealed class WatchedGossipStore(IGossipStore inner) : IGossipStore
{
    public List<(Durability Durability, string[] Keys)> Saves { get; } = [];

    /// <summary>How many saves fail from now on.</summary>
    public int Failures { get; set; }

    public string DatabaseId => inner.DatabaseId;

    public PeerRecord BeginLife(string peer, ulong life, DateTimeOffset startedAt) => inner.BeginLife(peer, life, startedAt);

    public void BeginIncarnation(string peer, ulong incarnation) => inner.BeginIncarnation(peer, incarnation);

    public ulong AllocateSequence(string peer) => inner.AllocateSequence(peer);

    public void Save(string peer, StateChange change, Durability durability)
    {
        if (Failures > 0)
        {
            Failures--;
            throw new StoreException(StoreFault.Disk, "gossip.db: the disk is full; free some space");
        }

        inner.Save(peer, change, durability);
        lock (Saves)
        {
            Saves.Add((durability, [.. change.Parts.Select(part => part.Key)]));
        }
    }

    public IReadOnlyList<StatePart> Load(string peer) => inner.Load(peer);

    public IReadOnlyList<StatePart> LoadHeads(string peer) => inner.LoadHeads(peer);

    public StatePart? FindPart(string peer, string key) => inner.FindPart(peer, key);

    public PeerRecord? FindPeer(string peer) => inner.FindPeer(peer);

    public IReadOnlyList<PeerRecord> ListPeers() => inner.ListPeers();

    public IReadOnlyList<PeerMetrics> ListMetrics(string peer) => inner.ListMetrics(peer);

    public void Forget(string peer) => inner.Forget(peer);

    public void Dispose() => inner.Dispose();
}
