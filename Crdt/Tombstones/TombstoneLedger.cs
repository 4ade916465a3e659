namespace FedActors.Crdt;

/// <summary>Who has acknowledged which tombstone: a growing level for each member, merged by maximum.</summary>
/// <remarks>
/// A tombstone goes in two steps. When every member of the roster holds it, no member can send an older value any more; but a member that
/// forgot it now would take it anew from the next neighbour, for ever. So each also says that it knows of the first step, and when all have
/// said that, it is forgotten. Whoever is a step behind sees that another has forgotten it already, and follows.
/// Receipts count only between members with the same roster: "I hold it" then means "and so do all to whom I ever gave state".
/// </remarks>
internal sealed class TombstoneLedger(Member self)
{
    private readonly Dictionary<string, Dictionary<Member, ReceiptLevel>> _receipts = new(StringComparer.Ordinal);
    private MultisetHash _hash;

    /// <summary>Null until a roster is known; nothing is forgotten before.</summary>
    public Roster? Roster { get; private set; }

    public ContentHash Hash => _hash.Value;

    /// <summary>Starts over: what was said under another roster does not count.</summary>
    public void Reset(Roster roster)
    {
        Roster = roster;
        _receipts.Clear();
        _hash = default;
    }

    /// <summary>Notes that this replica holds a tombstone.</summary>
    /// <returns>Whether it may be forgotten at once.</returns>
    public bool Open(EntryHeader tombstone)
    {
        if (Roster is null)
        {
            return false;
        }

        Close(tombstone);
        _receipts[tombstone.Key] = [];
        Raise(tombstone, self, ReceiptLevel.Held);
        return Settle(tombstone);
    }

    /// <summary>Forgets what was said of a tombstone.</summary>
    public void Close(EntryHeader tombstone)
    {
        if (_receipts.Remove(tombstone.Key, out Dictionary<Member, ReceiptLevel>? levels))
        {
            foreach ((Member member, ReceiptLevel level) in levels)
            {
                _hash.Remove(Print(tombstone, member, level));
            }
        }
    }

    /// <summary>Takes in what another replica knows.</summary>
    /// <returns>Whether the tombstone may now be forgotten.</returns>
    public bool Merge(EntryHeader tombstone, IReadOnlyList<Receipt> receipts)
    {
        if (Roster is null || !_receipts.ContainsKey(tombstone.Key))
        {
            return false;
        }

        foreach (Receipt receipt in receipts)
        {
            // What a stranger says decides nothing, and would only take room.
            if (Roster.Contains(receipt.Member) && receipt.Level is ReceiptLevel.Held or ReceiptLevel.KnownByAll)
            {
                Raise(tombstone, receipt.Member, receipt.Level);
            }
        }

        return Settle(tombstone);
    }

    public ReceiptLevel LevelOf(string key, Member member) =>
        _receipts.TryGetValue(key, out Dictionary<Member, ReceiptLevel>? levels) ? levels.GetValueOrDefault(member) : ReceiptLevel.None;

    /// <summary>Whether this replica knows something of a tombstone that the other's receipts do not say.</summary>
    public bool KnowsMore(string key, IReadOnlyList<Receipt> theirs)
    {
        if (!_receipts.TryGetValue(key, out Dictionary<Member, ReceiptLevel>? levels))
        {
            return false;
        }

        int covered = 0;
        foreach (Receipt receipt in theirs)
        {
            covered += levels.TryGetValue(receipt.Member, out ReceiptLevel level) && level <= receipt.Level ? 1 : 0;
        }

        return covered < levels.Count;
    }

    public TombstoneReceipts ToReceipts(EntryHeader tombstone)
    {
        var receipts = new List<Receipt>();
        if (_receipts.TryGetValue(tombstone.Key, out Dictionary<Member, ReceiptLevel>? levels))
        {
            foreach ((Member member, ReceiptLevel level) in levels)
            {
                receipts.Add(new Receipt(member, level));
            }
        }

        return new TombstoneReceipts(tombstone.Key, tombstone.Stamp, receipts);
    }

    private bool Settle(EntryHeader tombstone)
    {
        Dictionary<Member, ReceiptLevel> said = _receipts[tombstone.Key];
        if (AcknowledgementRule.IsHeldByAll(Roster!, said))
        {
            Raise(tombstone, self, ReceiptLevel.KnownByAll);
        }

        return AcknowledgementRule.MayForget(Roster!, said);
    }

    private void Raise(EntryHeader tombstone, Member member, ReceiptLevel level)
    {
        Dictionary<Member, ReceiptLevel> levels = _receipts[tombstone.Key];
        ReceiptLevel before = levels.GetValueOrDefault(member);
        if (before >= level)
        {
            return;
        }

        if (before != ReceiptLevel.None)
        {
            _hash.Remove(Print(tombstone, member, before));
        }

        levels[member] = level;
        _hash.Add(Print(tombstone, member, level));
    }

    private static ContentHash Print(EntryHeader tombstone, Member member, ReceiptLevel level)
    {
        Fingerprint print = new(stackalloc byte[Fingerprint.BufferBytes], kind: 3);
        print.Add(tombstone.Key);
        print.Add(tombstone.Stamp.Incarnation);
        print.Add(tombstone.Stamp.Tick);
        print.Add(tombstone.Stamp.Replica);
        print.Add(member.Replica);
        print.Add(member.Incarnation);
        print.Add((ulong)level);
        return print.ToHash();
    }
}
