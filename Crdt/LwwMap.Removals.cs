namespace FedActors.Crdt;

/// <content>Members that are gone for good, and who is left.</content>
public sealed partial class LwwMap
{
    private readonly SortedDictionary<string, ulong> _removed = new(StringComparer.Ordinal);

    /// <summary>Who was removed, each in the highest incarnation that was, by name.</summary>
    public IReadOnlyList<Member> Removed
    {
        get
        {
            var members = new List<Member>(_removed.Count);
            foreach ((string replica, ulong incarnation) in _removed)
            {
                members.Add(new Member(replica, incarnation));
            }

            return members;
        }
    }

    /// <summary>Whether anybody was ever removed.</summary>
    public bool HasRemovals => _removed.Count > 0;

    /// <summary>The highest incarnation of a replica that was removed; 0 if none was.</summary>
    public ulong RemovedUpTo(string replica) => _removed.GetValueOrDefault(replica);

    /// <summary>Whether a member was removed, and may come back only with a higher incarnation.</summary>
    public bool IsRemoved(Member member) => member.Incarnation <= RemovedUpTo(member.Replica);

    /// <summary>Whether a removal is far above all that is known of the replica: whoever says so lies, and would use up its incarnations.</summary>
    public bool IsOutOfProportion(Member removal) =>
        removal.Incarnation > Removal.MaxAhead && removal.Incarnation - Removal.MaxAhead > HighestIncarnationOf(removal.Replica);

    /// <summary>Whether there is room to remember a removal, with the tombstones that it brings.</summary>
    /// <param name="removal">Who is removed.</param>
    /// <param name="maxKeys">How many keys the map may have.</param>
    public bool HasRoomFor(Member removal, int maxKeys)
    {
        int keys = Find(Removal.KeyOf(removal.Replica)) is null ? 1 : 0;
        foreach (string key in Removal.KeysOf(removal.Replica))
        {
            keys += Find(key) is null ? 1 : 0;
        }

        if (Count + keys > maxKeys)
        {
            return false;
        }

        ulong known = HighestIncarnationOf(removal.Replica);
        return RemovedUpTo(removal.Replica) > 0 || _removed.Count < (known > 0 ? Removal.MaxRecords : Removal.MaxUnknown);
    }

    /// <summary>Writes down that a member is gone for good, and deletes what it had published, known here or not: by entries that are the same at every replica.</summary>
    /// <param name="member">Who; of this replica itself, which lives, only the record is written.</param>
    /// <returns>What to tell others; nothing if the member was removed before.</returns>
    public Delta Remove(Member member)
    {
        var written = new List<Entry>();
        if (IsRemoved(member))
        {
            return new Delta(written);
        }

        Write(Removal.RecordOf(member));
        foreach (string key in member.Replica == Self.Replica ? [] : Removal.KeysOf(member.Replica))
        {
            Stamp stamp = new(member.Incarnation, Removal.LastSequence, IsTombstone: true, member.Replica, default);
            Write(new Entry(new EntryHeader(key, stamp, BodyBytes: 0), body: null));
        }

        ForgetSettled();
        return new Delta(written);

        void Write(Entry entry)
        {
            if (TryAdopt(entry, out _))
            {
                written.Add(entry);
            }
        }
    }

    /// <summary>Everybody who can hold what this replica holds: who has a description here, who is connected, and this replica; without those who were removed.</summary>
    /// <remarks>Looks at nothing but the map and the connections, so that replicas which hold the same come to one roster.</remarks>
    public Roster ToRoster(IEnumerable<Member> connected)
    {
        ArgumentNullException.ThrowIfNull(connected);
        var members = new HashSet<Member> { Self };
        foreach (Member member in connected)
        {
            members.Add(member);
        }

        foreach (Entry entry in _entries.Values)
        {
            if (!entry.IsTombstone && entry.Key.StartsWith(OwnedKey.InformationPrefix, StringComparison.Ordinal))
            {
                members.Add(new Member(entry.Stamp.Replica, entry.Stamp.Incarnation));
            }
        }

        // A former life of this replica's name is no member, and this one is whatever was said of it.
        members.RemoveWhere(member => member != Self && (member.Replica == Self.Replica || (member.Incarnation > 0 && IsRemoved(member))));
        return new Roster(members);
    }

    /// <summary>The highest incarnation of a replica that any entry here bears, its removals included.</summary>
    private ulong HighestIncarnationOf(string replica)
    {
        ulong highest = RemovedUpTo(replica);
        foreach (string key in Removal.KeysOf(replica))
        {
            highest = Math.Max(highest, Find(key)?.Stamp.Incarnation ?? 0);
        }

        return highest;
    }

    private void NoteRemoval(Entry entry)
    {
        if (Removal.TryRead(entry.Header, out Member member))
        {
            _removed[member.Replica] = Math.Max(RemovedUpTo(member.Replica), member.Incarnation);
        }
    }
}
