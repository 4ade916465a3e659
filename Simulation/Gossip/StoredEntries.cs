using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Gossip;

/// <summary>Reads replicated entries out of a store, as the peer does when it starts.</summary>
internal static class StoredEntries
{
    private const string Prefix = "entry:";

    /// <summary>All of a peer's entries by key.</summary>
    public static IReadOnlyDictionary<string, Entry> Load(IGossipStore store, string peer) => store.Load(peer)
        .Where(part => IsEntry(part))
        .Select(part => new Entry(HeaderOf(part), part.Body is { } bytes ? new Body(bytes) : null))
        .ToDictionary(entry => entry.Key, StringComparer.Ordinal);

    /// <summary>What all of a peer's entries say of themselves, by key.</summary>
    public static IReadOnlyDictionary<string, EntryHeader> HeadersOf(IGossipStore store, string peer) => store.LoadHeads(peer)
        .Where(IsEntry)
        .Select(HeaderOf)
        .ToDictionary(header => header.Key, StringComparer.Ordinal);

    /// <summary>Whether a key is one of a peer's models.</summary>
    public static bool IsModelOf(string key, string peer) => key.StartsWith("model", StringComparison.Ordinal) && IsOf(key, peer);

    /// <summary>Whether a key is a peer's own.</summary>
    public static bool IsOf(string key, string peer) => key.EndsWith(peer, StringComparison.Ordinal) && OwnedKey.TryGetOwner(key, out ReadOnlySpan<char> owner) && owner.SequenceEqual(peer);

    /// <summary>A peer's last model; null if there is none.</summary>
    public static ModelEntry? LastModelOf(IEnumerable<Entry> entries, string peer) =>
        entries.Where(entry => IsModelOf(entry.Key, peer) && entry.Body is { } body && !GossipBodies.IsNothing(body.Bytes.Span)).MaxBy(entry => (entry.Stamp.Incarnation, entry.Stamp.Tick)) is { Body: { } newest } last
            ? GossipBodies.ReadModel(peer, last.Stamp, newest.Bytes.Span, SimulatedSites.Model.Layout)
            : null;

    /// <summary>Whether a part is an entry.</summary>
    public static bool IsEntry(StatePart part) => part.Key.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>An entry's header.</summary>
    public static EntryHeader HeaderOf(StatePart part)
    {
        MessagePackReader reader = new(part.Head.Span);
        return reader.ReadHeader();
    }
}
