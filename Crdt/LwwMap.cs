using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace FedActors.Crdt;

/// <summary>A replicated map in which, for each key, the entry with the greatest <see cref="Stamp"/> stays.</summary>
/// <remarks>
/// Merging is commutative, associative, idempotent and monotone, so that replicas which received the same entries, in whatever order and
/// however often, hold the same map (Shapiro, Preguiça, Baquero, Zawirski 2011). Operations return what they changed; merging these gives
/// the same map as merging whole maps. Not safe for concurrent use.
/// </remarks>
public sealed partial class LwwMap
{
    private readonly Dictionary<string, Entry> _entries;
    private readonly Comparison<Stamp>? _order;
    private MultisetHash _hash;

    /// <summary>Creates an empty map.</summary>
    /// <param name="self">The replica that holds it, in this life.</param>
    /// <param name="capacity">How many keys to make room for.</param>
    public LwwMap(Member self, int capacity = 0)
        : this(self, capacity, order: null, forgetsAtOnce: false)
    {
    }

    /// <summary>The map with one of its rules replaced, to show that tests notice.</summary>
    internal LwwMap(Member self, int capacity, Comparison<Stamp>? order, bool forgetsAtOnce)
    {
        CrdtLimits.CheckName(self.Replica);
        Self = self;
        _entries = new Dictionary<string, Entry>(capacity, StringComparer.Ordinal);
        _order = order;
        _forgetsAtOnce = forgetsAtOnce;
        _ledger = new TombstoneLedger(self);
    }

    /// <summary>The replica that holds the map.</summary>
    public Member Self { get; }

    /// <summary>Keys, deleted ones included as long as their tombstones are kept.</summary>
    public int Count => _entries.Count;

    /// <summary>Tombstones among the entries.</summary>
    public int Tombstones { get; private set; }

    /// <summary>Bytes of all bodies together.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>A hash of all entries, kept as they change. Two maps with one hash hold the same entries.</summary>
    public ContentHash RootHash => _hash.Value;

    /// <summary>All entries, tombstones included, in no order.</summary>
    public IReadOnlyCollection<Entry> Entries => _entries.Values;

    /// <summary>The entry under a key, which may be a tombstone; null if there is none.</summary>
    public Entry? Find(string key) => _entries.GetValueOrDefault(key);

    /// <summary>Looks a value up.</summary>
    /// <returns>False if the key is unknown or deleted.</returns>
    public bool TryGet(string key, [NotNullWhen(true)] out Body? body)
    {
        body = Find(key)?.Body;
        return body is not null;
    }

    /// <summary>Writes a value under a key that everybody may write.</summary>
    /// <param name="key">Not one with an owner.</param>
    /// <param name="body">The value.</param>
    /// <param name="time">A moment of this replica's clock, which has seen what the map holds; otherwise the write may lose against what is there.</param>
    /// <returns>What to tell others.</returns>
    public Delta Put(string key, Body body, HybridTime time)
    {
        ArgumentNullException.ThrowIfNull(body);
        CheckShared(key);
        return Write(key, new Stamp(0, time.Value, IsTombstone: false, Self.Replica, body.Hash), body);
    }

    /// <summary>Deletes a key that everybody may write, known here or not.</summary>
    /// <inheritdoc cref="Put"/>
    public Delta Delete(string key, HybridTime time)
    {
        CheckShared(key);
        return Write(key, new Stamp(0, time.Value, IsTombstone: true, Self.Replica, default), body: null);
    }

    /// <summary>Writes a value under a key that this replica owns.</summary>
    /// <param name="key">One of this replica's own.</param>
    /// <param name="body">The value.</param>
    /// <param name="sequence">Never used before in this incarnation, and durable before the delta leaves the process.</param>
    /// <returns>What to tell others.</returns>
    public Delta PutOwned(string key, Body body, ulong sequence)
    {
        ArgumentNullException.ThrowIfNull(body);
        CheckOwned(key);
        return Write(key, new Stamp(Self.Incarnation, sequence, IsTombstone: false, Self.Replica, body.Hash), body);
    }

    /// <summary>Deletes a key that this replica owns.</summary>
    /// <inheritdoc cref="PutOwned"/>
    public Delta DeleteOwned(string key, ulong sequence)
    {
        CheckOwned(key);
        return Write(key, new Stamp(Self.Incarnation, sequence, IsTombstone: true, Self.Replica, default), body: null);
    }

    /// <summary>Merges entries.</summary>
    public MergeReport Merge(Delta delta)
    {
        ArgumentNullException.ThrowIfNull(delta);
        var merging = new Merging(this);
        for (int i = 0; i < delta.Entries.Count; i++)
        {
            merging.Take(delta.Entries[i]);
        }

        return merging.Report();
    }

    /// <summary>Merges another replica's whole map, which stays as it is.</summary>
    public MergeReport Merge(LwwMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var merging = new Merging(this);
        if (other != this)
        {
            // As many keys at least: growing on the way would copy what is there again and again.
            _entries.EnsureCapacity(other._entries.Count);
            foreach (KeyValuePair<string, Entry> pair in other._entries)
            {
                merging.Take(pair.Value);
            }
        }

        return merging.Report();
    }

    /// <summary>All that the map holds, without bodies.</summary>
    public Digest ToDigest()
    {
        var headers = new EntryHeader[_entries.Count];
        int next = 0;
        foreach (KeyValuePair<string, Entry> pair in _entries)
        {
            headers[next++] = pair.Value.Header;
        }

        return new Digest(headers);
    }

    /// <summary>The entries that a replica with the given digest lacks.</summary>
    public Delta Since(Digest digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        var theirs = new Dictionary<string, Stamp>(digest.Headers.Count, StringComparer.Ordinal);
        for (int i = 0; i < digest.Headers.Count; i++)
        {
            theirs[digest.Headers[i].Key] = digest.Headers[i].Stamp;
        }

        var lacking = new List<Entry>();
        foreach (KeyValuePair<string, Entry> pair in _entries)
        {
            if (!theirs.TryGetValue(pair.Key, out Stamp stamp) || Compare(pair.Value.Stamp, stamp) > 0)
            {
                lacking.Add(pair.Value);
            }
        }

        return new Delta(lacking);
    }

    /// <summary>The keys whose entries changed last.</summary>
    internal RecentChanges<string> Changes { get; } = new();

    internal int Compare(Stamp a, Stamp b) => _order is null ? a.CompareTo(b) : _order(a, b);

    /// <summary>Merges one entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="before">What was there; null if nothing.</param>
    /// <returns>Whether the entry is now the one in the map.</returns>
    internal bool TryAdopt(Entry entry, out Entry? before)
    {
        ref Entry? place = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, entry.Key, out _);
        before = place;
        if (before is not null)
        {
            if (ReferenceEquals(before, entry) || Compare(entry.Stamp, before.Stamp) <= 0)
            {
                return false;
            }

            Leave(before);
        }

        place = entry;
        Changes.Add(entry.Key);
        _hash.Add(entry.Fingerprint);
        BodyBytes += entry.BodyBytes;
        if (entry.IsTombstone)
        {
            Tombstones++;
            OnTombstone(entry);
        }
        else if (Removal.IsRecord(entry.Key))
        {
            NoteRemoval(entry);
        }

        return true;
    }

    /// <summary>Takes an entry out of all that is counted; its place in the dictionary is the caller's.</summary>
    private void Leave(Entry entry)
    {
        _hash.Remove(entry.Fingerprint);
        BodyBytes -= entry.BodyBytes;
        if (entry.IsTombstone)
        {
            Tombstones--;
            _ledger.Close(entry.Header);
        }
    }

    private Delta Write(string key, Stamp stamp, Body? body)
    {
        Entry entry = new(new EntryHeader(key, stamp, body?.Bytes.Length ?? 0), body);
        TryAdopt(entry, out _);
        ForgetSettled();
        return new Delta([entry]);
    }

    private static void CheckShared(string key)
    {
        CrdtLimits.CheckKey(key);
        if (OwnedKey.TryGetOwner(key, out _))
        {
            throw new ArgumentException($"{key} has an owner, and versions that its owner counts: use PutOwned or DeleteOwned.", nameof(key));
        }
    }

    private void CheckOwned(string key)
    {
        CrdtLimits.CheckKey(key);
        if (!OwnedKey.TryGetOwner(key, out ReadOnlySpan<char> owner) || !owner.SequenceEqual(Self.Replica))
        {
            throw new ArgumentException($"{key} is not a key of {Self.Replica}'s own.", nameof(key));
        }
    }

    /// <summary>One merge in progress.</summary>
    private struct Merging(LwwMap map)
    {
        private int _changed;
        private List<Equivocation>? _equivocations;

        public void Take(Entry entry)
        {
            bool adopted = map.TryAdopt(entry, out Entry? before);
            _changed += adopted ? 1 : 0;
            if (before is not null && !ReferenceEquals(before, entry) && before.Stamp.IsSameVersion(entry.Stamp) && before.Stamp != entry.Stamp)
            {
                (Stamp kept, Stamp dropped) = adopted ? (entry.Stamp, before.Stamp) : (before.Stamp, entry.Stamp);
                (_equivocations ??= []).Add(new Equivocation(entry.Key, kept, dropped));
            }
        }

        public readonly MergeReport Report()
        {
            map.ForgetSettled();
            return new MergeReport(_changed, _equivocations is null ? [] : _equivocations);
        }
    }
}
