namespace FedActors.Crdt;

/// <content>When tombstones may be forgotten.</content>
public sealed partial class LwwMap
{
    private readonly TombstoneLedger _ledger;
    private readonly bool _forgetsAtOnce;
    private readonly List<string> _settled = [];
    private readonly List<string> _forgotten = [];

    /// <summary>Who must acknowledge a tombstone; null until it is given, and nothing is forgotten before.</summary>
    public Roster? Roster => _ledger.Roster;

    /// <summary>A hash of what is known about acknowledgements, kept as it changes.</summary>
    public ContentHash ReceiptsHash => _ledger.Hash;

    /// <summary>Gives the roster. Acknowledgements under another one do not count, and are gathered anew.</summary>
    /// <exception cref="ArgumentException">The map's own replica is not in it.</exception>
    public void SetRoster(Roster roster)
    {
        ArgumentNullException.ThrowIfNull(roster);
        if (!roster.Contains(Self))
        {
            throw new ArgumentException($"{Self.Replica}, incarnation {Self.Incarnation}, is not in the roster itself: it was removed, and has to rejoin with a new incarnation.", nameof(roster));
        }

        if (_ledger.Roster?.Hash == roster.Hash)
        {
            return;
        }

        _ledger.Reset(roster);
        foreach (Entry entry in _entries.Values)
        {
            if (entry.IsTombstone)
            {
                OnTombstone(entry);
            }
        }

        ForgetSettled();
    }

    /// <summary>Takes in what another member knows about acknowledgements, and forgets tombstones that all have acknowledged.</summary>
    /// <param name="roster">The hash of that member's roster. Under another roster than this map's, what it says does not count.</param>
    /// <param name="receipts">What it knows; for tombstones that are not here it has no effect.</param>
    public void Acknowledge(ContentHash roster, IReadOnlyList<TombstoneReceipts> receipts)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        if (roster != Roster?.Hash)
        {
            return;
        }

        for (int i = 0; i < receipts.Count; i++)
        {
            if (FindTombstone(receipts[i].Key) is { } mine && mine.Stamp == receipts[i].Stamp && _ledger.Merge(mine.Header, receipts[i].Receipts))
            {
                _settled.Add(mine.Key);
            }
        }

        ForgetSettled();
    }

    /// <summary>Forgets a tombstone that every member holds, because another member with the same roster has forgotten it already.</summary>
    /// <param name="key">A key that is not in the other's complete digest.</param>
    /// <returns>Whether it was forgotten.</returns>
    internal bool TryFollow(string key)
    {
        bool follows = FindTombstone(key) is not null && _ledger.LevelOf(key, Self) == ReceiptLevel.KnownByAll;
        if (follows)
        {
            _settled.Add(key);
            ForgetSettled();
        }

        return follows;
    }

    /// <summary>Whether this replica has had, acknowledged and forgotten the tombstone of a key that it does not hold.</summary>
    internal bool HasForgotten(ContentHash roster, TombstoneReceipts? receipts)
    {
        if (receipts is null || roster != Roster?.Hash)
        {
            return false;
        }

        foreach (Receipt receipt in receipts.Receipts)
        {
            if (receipt.Member == Self && receipt.Level != ReceiptLevel.None)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is known about acknowledgements, one record for each tombstone; nothing without a roster.</summary>
    /// <param name="maxReceipts">What does not fit waits until other tombstones are forgotten.</param>
    internal List<TombstoneReceipts> ToReceipts(int maxReceipts)
    {
        var all = new List<TombstoneReceipts>(Tombstones);
        if (Roster is null || Tombstones == 0)
        {
            return all;
        }

        foreach (Entry entry in _entries.Values)
        {
            if (entry.IsTombstone && (maxReceipts -= Roster.Members.Count) >= 0)
            {
                all.Add(_ledger.ToReceipts(entry.Header));
            }
        }

        return all;
    }

    /// <summary>Whether there is more to say of a tombstone than the other has said.</summary>
    internal bool KnowsMore(string key, IReadOnlyList<Receipt> theirs) => _ledger.KnowsMore(key, theirs);

    /// <summary>What is known of one tombstone that is here.</summary>
    internal TombstoneReceipts ToReceipts(Entry tombstone) => _ledger.ToReceipts(tombstone.Header);

    /// <summary>The keys forgotten since this was last asked. Nothing that was on its way for one of them may still be taken in.</summary>
    internal string[] TakeForgotten()
    {
        if (_forgotten.Count == 0)
        {
            return [];
        }

        string[] keys = [.. _forgotten];
        _forgotten.Clear();
        return keys;
    }

    private void OnTombstone(Entry tombstone)
    {
        if (_ledger.Open(tombstone.Header) || (_forgetsAtOnce && Roster is not null))
        {
            _settled.Add(tombstone.Key);
        }
    }

    /// <summary>Forgets the tombstones that all have acknowledged.</summary>
    /// <remarks>Not while entries are enumerated or one's place is held: it takes entries out.</remarks>
    internal void ForgetSettled()
    {
        foreach (string key in _settled)
        {
            if (FindTombstone(key) is { } tombstone)
            {
                Leave(tombstone);
                _entries.Remove(key);
                _forgotten.Add(key);
            }
        }

        _settled.Clear();
    }

    private Entry? FindTombstone(string key) => Find(key) is { IsTombstone: true } entry ? entry : null;
}
