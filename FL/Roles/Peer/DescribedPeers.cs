using FedActors.Crdt;

namespace FedActors.FL.Roles;

/// <summary>Which peers have descriptions, and in which incarnation: what the roster is made of, as far as the map tells it.</summary>
internal sealed class DescribedPeers
{
    private readonly Dictionary<string, ulong> _incarnations = new(StringComparer.Ordinal);

    /// <summary>Notes an entry that is new in the map.</summary>
    /// <returns>Whether the roster may be another now. A new description of who was known already is none, and comes once a round from everybody.</returns>
    public bool Note(Entry entry)
    {
        if (!entry.Key.StartsWith(OwnedKey.InformationPrefix, StringComparison.Ordinal))
        {
            return false;
        }

        if (entry.IsTombstone)
        {
            return _incarnations.Remove(entry.Key);
        }

        bool isNew = _incarnations.GetValueOrDefault(entry.Key) != entry.Stamp.Incarnation;
        _incarnations[entry.Key] = entry.Stamp.Incarnation;
        return isNew;
    }
}
