using FedActors.Crdt;

namespace FedActors.Simulation.Gossip;

/// <summary>Holds a process to what is deleted: once it has stored that somebody was removed, it stores nothing any more that the removed one had published.</summary>
/// <remarks>What a peer says of itself does not count: it lives, and goes on above what was removed.</remarks>
/// <param name="peer">Whose process.</param>
/// <param name="report">Told what is broken.</param>
internal sealed class RemovalWatch(string peer, Action<string, string> report)
{
    private readonly Dictionary<string, ulong> _removed = new(StringComparer.Ordinal);

    /// <summary>An entry is in the process's store: written there now, or found there at its start.</summary>
    public void OnStored(EntryHeader header)
    {
        if (Removal.TryRead(header, out Member member))
        {
            _removed[member.Replica] = Math.Max(_removed.GetValueOrDefault(member.Replica), member.Incarnation);
        }
        else if (header.Stamp.Replica != peer && !header.Stamp.IsTombstone && StoredEntries.IsModelOf(header.Key, header.Stamp.Replica)
            && header.Stamp.Incarnation <= _removed.GetValueOrDefault(header.Stamp.Replica))
        {
            report("a deleted key never comes back", $"{peer} holds version {header.Stamp.Incarnation}.{header.Stamp.Tick} of {header.Key} again, after it had stored that {header.Stamp.Replica} was removed");
        }
    }
}
