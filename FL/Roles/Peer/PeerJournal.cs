using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Protocol;
using FedActors.Storage;
using FedActors.Storage.Gossip;

namespace FedActors.FL.Roles;

/// <summary>What of a peer is durable: who it is, the versions that it gave out, and the state that it holds.</summary>
/// <remarks>What is its own is durable before it leaves the process; what came from others is saved now and then, since they can send it again.</remarks>
internal sealed partial class PeerJournal
{
    private const string EntryPrefix = "entry:";
    private const string CounterKey = "counter";
    private const string ClockKey = "clock";

    private readonly IGossipStore _store;
    private readonly string _peer;
    private readonly OwnerProofs? _proofs;
    private readonly Comparison<Stamp>? _order;
    private readonly bool _forgetsAtOnce;
    private readonly HashSet<string> _dirty = new(StringComparer.Ordinal);
    private readonly HashSet<string> _forgotten = new(StringComparer.Ordinal);
    private readonly Lock _numbering = new();
    private readonly int _largeBytes;
    private KeptMean? _unsavedMean;
    private LargeSave? _saving;
    private bool _isCounterDirty;
    private bool _isRetired;

    /// <summary>Takes up what the store holds.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public PeerJournal(PeerSetup setup, long life, DateTimeOffset now)
    {
        _store = setup.Store;
        _peer = setup.PeerId;
        _proofs = setup.Proofs;
        Record = _store.BeginLife(_peer, (ulong)life, now);
        _order = setup.Order;
        _forgetsAtOnce = setup.ForgetsAtOnce;
        _largeBytes = setup.LargeBodyBytes;
        State = NewState(Math.Max(1, Record.Incarnation), clock: null);
        foreach (StatePart part in _store.Load(_peer))
        {
            Take(part);
        }
    }

    /// <summary>What the store knows of the peer.</summary>
    public PeerRecord Record { get; private set; }

    /// <summary>What the peer holds. Replaced when the incarnation changes.</summary>
    public ReplicatedState State { get; private set; }

    /// <summary>The incarnation in which the peer publishes; 0 before it has one.</summary>
    public ulong Incarnation => Record.Incarnation;

    /// <summary>Whether the peer must take a higher incarnation before it publishes anything.</summary>
    public bool NeedsIncarnation => Record.Incarnation == 0 || Record.IsCopy;

    /// <summary>Takes an incarnation above all that were ever seen.</summary>
    /// <param name="seen">The highest that others have seen.</param>
    public void BeginIncarnation(ulong seen)
    {
        ulong next = Math.Max(seen, Record.Incarnation) + 1;
        lock (_numbering)
        {
            _store.BeginIncarnation(_peer, next);
            Record = Record with { Incarnation = next, IsCopy = false, LastSequence = 0 };
        }

        ReplicatedState former = State;
        State = NewState(next, former.Clock);
        State.Map.Merge(former.Map);
        State.Counter.Merge(former.Counter);
    }

    /// <summary>Entries of the store that do not prove their owners, and were left out: from before owners proved what they write.</summary>
    public int Unproved { get; private set; }

    /// <summary>What an entry's body says, without the proof of who wrote it.</summary>
    /// <exception cref="ProtocolException">There should be a proof, and is none.</exception>
    public ReadOnlyMemory<byte> PayloadOf(Body body) => _proofs is null ? body.Bytes : OwnerProofs.PayloadOf(body.Bytes);

    /// <summary>Publishes under a key of the peer's own. It is durable when this returns.</summary>
    public void Publish(string key, Body payload)
    {
        ulong sequence = _store.AllocateSequence(_peer);
        Entry entry = State.Map.PutOwned(key, Seal(key, Incarnation, sequence, payload), sequence).Entries[0];
        _store.Save(_peer, new StateChange { Parts = [ToPart(entry)] }, Durability.Promised);
        _dirty.Remove(key);
        _forgotten.Remove(key);
    }

    /// <summary>Takes a version for a body and stores both, before the peer's own turn publishes it. May be called on any thread.</summary>
    /// <param name="incarnation">In which; if the peer has another by the time of its turn, the version is of no use.</param>
    /// <param name="key">The key.</param>
    /// <param name="payload">What is published.</param>
    /// <returns>The version, and the body that bears it; null if the peer has another incarnation or another instance already, whose numbers are not for this.</returns>
    public (ulong Sequence, Body Body)? Prepare(ulong incarnation, string key, Body payload)
    {
        // A new incarnation waits until this is stored: later it would be in the place of what the new one has published.
        lock (_numbering)
        {
            if (_isRetired || Record.Incarnation != incarnation)
            {
                return null;
            }

            ulong sequence = _store.AllocateSequence(_peer);
            Body body = Seal(key, incarnation, sequence, payload);
            Stamp stamp = new(incarnation, sequence, IsTombstone: false, _peer, body.Hash);
            Entry entry = new(new EntryHeader(key, stamp, body.Bytes.Length), body);

            // The sync that publishes it must not take as long as a large body does, since that is in the peer's turn.
            _store.Save(_peer, new StateChange { Parts = [ToPart(entry)] }, IsLarge(entry) ? Durability.Promised : Durability.Cached);
            return (sequence, body);
        }
    }

    /// <summary>Publishes what was prepared, and counts it. Both are durable when this returns.</summary>
    public void PublishPrepared(string key, Body body, ulong sequence)
    {
        State.Map.PutOwned(key, body, sequence);
        State.Counter.Increment();
        _isCounterDirty = false;
        _forgotten.Remove(key);
        _store.Save(_peer, new StateChange { Parts = [CounterPart()] }, Durability.Promised);
    }

    /// <summary>Removes members: writes that down, and deletes what they had published. All is durable when this returns, before anybody is told.</summary>
    /// <param name="members">Not this peer.</param>
    /// <returns>Who is removed by that; not those for whom there is no room.</returns>
    public IReadOnlyList<Member> Remove(IReadOnlyList<Member> members)
    {
        List<Member> removed = [];
        List<Entry> entries = [];
        foreach (Member member in members.Where(member => State.Map.HasRoomFor(member, ExchangeLimits.Default.MaxKeys)))
        {
            removed.Add(member);
            entries.AddRange(State.Map.Remove(member).Entries);
        }

        if (entries.Count > 0)
        {
            entries.ForEach(entry => GoBefore(entry.Key));
            _store.Save(_peer, new StateChange { Parts = [.. entries.Select(ToPart)] }, Durability.Promised);
            _dirty.ExceptWith(entries.Select(entry => entry.Key));
            _forgotten.ExceptWith(entries.Select(entry => entry.Key));
        }

        return removed;
    }

    /// <summary>Notes that an entry from elsewhere was taken in.</summary>
    public void Adopted(string key)
    {
        _dirty.Add(key);
        _forgotten.Remove(key);
    }

    /// <summary>Notes that a counter slot from elsewhere was taken in.</summary>
    public void Counted() => _isCounterDirty = true;

    /// <summary>Notes that tombstones were forgotten.</summary>
    public void Forgot(IReadOnlyList<string> keys)
    {
        _forgotten.UnionWith(keys);
        _dirty.ExceptWith(keys);
    }

    /// <summary>Saves what has changed since it was last saved, but for what is large.</summary>
    public void Flush(PeerMetrics? metrics = null, Durability durability = Durability.Cached) => Flush(metrics, durability, withLarge: false);

    /// <summary>Saves all that has changed, for good. Nothing that is large may be on its way to the disk.</summary>
    public void FlushAll()
    {
        if (_unsavedMean is { } mean)
        {
            _store.Save(_peer, new StateChange { Parts = [mean.ToPart()] }, Durability.Cached);
            _unsavedMean = null;
        }

        Flush(metrics: null, Durability.Promised, withLarge: true);
    }

    /// <summary>Another instance of the peer goes on with the store, or nobody does: what is under way must not be stored after what that one stores. What is being stored right now, this waits for.</summary>
    public void Retire()
    {
        lock (_numbering)
        {
            _isRetired = true;
        }

        _saving?.VoidAll();
    }

    /// <summary>Whether something large is on its way to the disk.</summary>
    public bool IsSaving => _saving is not null;

    /// <summary>Keeps the peer's mean, which is nobody's state but can be had later.</summary>
    public void Keep(KeptMean mean)
    {
        _unsavedMean = mean;
        if (mean.Parameters.Count * sizeof(float) <= _largeBytes && !IsSaving)
        {
            _store.Save(_peer, new StateChange { Parts = [mean.ToPart()] }, Durability.Cached);
            _unsavedMean = null;
        }
    }

    /// <summary>Takes what is large and has changed, to be saved away from the peer's turn; null if there is none, or the last is still on its way.</summary>
    public LargeSave? BeginLargeSave()
    {
        if (IsSaving)
        {
            return null;
        }

        Entry[] entries = [.. _dirty.Order(StringComparer.Ordinal).Select(State.Map.Find).OfType<Entry>().Where(IsLarge)];
        if (entries.Length == 0 && _unsavedMean is null)
        {
            return null;
        }

        _dirty.ExceptWith(entries.Select(entry => entry.Key));
        _saving = new LargeSave(entries, _unsavedMean);
        _unsavedMean = null;
        return _saving;
    }

    /// <summary>Saves what was taken. May be called on any thread.</summary>
    public void Save(LargeSave save)
    {
        foreach (Entry entry in save.Entries)
        {
            save.Once(entry.Key, () => _store.Save(_peer, new StateChange { Parts = [ToPart(entry)] }, Durability.Cached));
        }

        if (save.Mean is { } mean)
        {
            StatePart part = mean.ToPart();
            save.Once(part.Key, () => _store.Save(_peer, new StateChange { Parts = [part] }, Durability.Cached));
        }
    }

    /// <summary>What was taken is saved. What has changed since is not.</summary>
    public void EndLargeSave()
    {
        foreach (Entry entry in _saving!.Entries)
        {
            Entry? now = State.Map.Find(entry.Key);
            if (now is null)
            {
                _forgotten.Add(entry.Key);
            }
            else if (now.Stamp != entry.Stamp && !_saving.IsVoid(entry.Key))
            {
                _dirty.Add(entry.Key);
            }
        }

        _saving = null;
    }

    private void Flush(PeerMetrics? metrics, Durability durability, bool withLarge)
    {
        List<string> keys = [.. _dirty.Where(key => withLarge || !(State.Map.Find(key) is { } entry && IsLarge(entry)))];
        if (durability == Durability.Promised)
        {
            keys.ForEach(GoBefore);
        }

        List<StatePart> parts = [.. keys.Select(State.Map.Find).OfType<Entry>().Select(ToPart)];
        if (_isCounterDirty)
        {
            parts.Add(CounterPart());
        }

        if (parts.Count + _forgotten.Count == 0 && metrics is null && durability == Durability.Cached)
        {
            return;
        }

        parts.Add(ClockPart());
        _store.Save(_peer, new StateChange { Removed = [.. _forgotten.Select(key => EntryPrefix + key)], Parts = parts, Metrics = metrics }, durability);
        _dirty.ExceptWith(keys);
        _forgotten.Clear();
        _isCounterDirty = false;
    }

    /// <summary>What is promised for a key must not be followed by what was on its way to the disk before.</summary>
    private void GoBefore(string key) => _saving?.Void(key);

    private bool IsLarge(Entry entry) => entry.Header.BodyBytes > _largeBytes;

    private Body Seal(string key, ulong incarnation, ulong sequence, Body payload) => _proofs?.Seal(key, incarnation, sequence, payload) ?? payload;

    private ReplicatedState NewState(ulong incarnation, HybridLogicalClock? clock) =>
        new(new LwwMap(new Member(_peer, incarnation), capacity: 0, _order, _forgetsAtOnce), clock);
}
