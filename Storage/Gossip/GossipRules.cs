namespace FedActors.Storage.Gossip;

/// <summary>What every gossip store asks of its callers, worded once.</summary>
internal static class GossipRules
{
    /// <summary>As long as names are elsewhere.</summary>
    private const int MaxNameLength = 200;

    public static StoreException NotBegun(string peer) =>
        new(StoreFault.Conflict, $"{peer} has not started on this store: its life begins first.");

    public static void CheckPeer(string peer)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(peer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(peer.Length, MaxNameLength, nameof(peer));
    }

    /// <summary>SQLite's numbers have a sign, and an incarnation that nothing can follow would silence the peer for ever.</summary>
    public static void CheckIncarnation(ulong incarnation) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(incarnation, (ulong)long.MaxValue);

    public static void CheckChange(StateChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        foreach (StatePart part in change.Parts)
        {
            ArgumentException.ThrowIfNullOrEmpty(part.Key);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(part.Key.Length, StatePart.MaxKeyLength, nameof(change));
        }
    }

    public static void ThrowIfNotHigher(PeerRecord record, ulong incarnation)
    {
        if (incarnation <= record.Incarnation)
        {
            throw new StoreException(StoreFault.Conflict, $"{record.Peer} is in incarnation {record.Incarnation}; the next one is higher, which {incarnation} is not.");
        }
    }

    public static void ThrowIfMayNotPublish(PeerRecord record)
    {
        if (record.Incarnation == 0)
        {
            throw new StoreException(StoreFault.Conflict, $"{record.Peer} has no incarnation yet, so it has no sequences.");
        }

        if (record.IsCopy)
        {
            throw new StoreException(StoreFault.Conflict, $"The store of {record.Peer} is a copy of one that may still be in use: a higher incarnation comes before further sequences.");
        }
    }
}
