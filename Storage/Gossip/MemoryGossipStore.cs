namespace FedActors.Storage.Gossip;

/// <summary>A gossip store that ends with its process: for tests and simulations, and for peers that shall leave nothing behind.</summary>
public sealed class MemoryGossipStore : IGossipStore
{
    private readonly Lock _sync = new();
    private readonly SortedDictionary<string, Kept> _peers = new(StringComparer.Ordinal);
    private readonly int _keepMetrics;

    /// <summary>Creates an empty store.</summary>
    /// <param name="databaseId">As <see cref="IGossipStore.DatabaseId"/>: the maker sees to it that no two stores have the same.</param>
    /// <param name="keepMetrics">As <see cref="GossipStoreOptions.KeepMetrics"/>.</param>
    public MemoryGossipStore(string databaseId, int keepMetrics = GossipStoreOptions.DefaultKeepMetrics)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(databaseId);
        ArgumentOutOfRangeException.ThrowIfLessThan(keepMetrics, 1);
        DatabaseId = databaseId;
        _keepMetrics = keepMetrics;
    }

    /// <inheritdoc/>
    public string DatabaseId { get; }

    /// <inheritdoc/>
    public PeerRecord BeginLife(string peer, ulong life, DateTimeOffset startedAt)
    {
        GossipRules.CheckPeer(peer);
        lock (_sync)
        {
            if (!_peers.TryGetValue(peer, out Kept? kept))
            {
                kept = new Kept(new PeerRecord(peer, 0, 0, life, 0, IsCopy: false, startedAt));
                _peers.Add(peer, kept);
            }

            kept.Record = kept.Record with { Life = life, Starts = kept.Record.Starts + 1, StartedAt = startedAt };
            kept.Block = new SequenceBlock(kept.Record.LastSequence);
            return kept.Record;
        }
    }

    /// <inheritdoc/>
    public void BeginIncarnation(string peer, ulong incarnation)
    {
        GossipRules.CheckIncarnation(incarnation);
        lock (_sync)
        {
            Kept kept = Required(peer);
            GossipRules.ThrowIfNotHigher(kept.Record, incarnation);
            kept.Record = kept.Record with { Incarnation = incarnation, LastSequence = 0, IsCopy = false };
            kept.Block = new SequenceBlock(0);
        }
    }

    /// <inheritdoc/>
    public ulong AllocateSequence(string peer)
    {
        lock (_sync)
        {
            Kept kept = Required(peer);
            GossipRules.ThrowIfMayNotPublish(kept.Record);
            return kept.Block.Next(ceiling => kept.Record = kept.Record with { LastSequence = ceiling });
        }
    }

    /// <inheritdoc/>
    public void Save(string peer, StateChange change, Durability durability)
    {
        GossipRules.CheckChange(change);
        lock (_sync)
        {
            Kept kept = Required(peer);
            foreach (string key in change.Removed)
            {
                kept.Parts.Remove(key);
            }

            foreach (StatePart part in change.Parts)
            {
                kept.Parts[part.Key] = part;
            }

            if (change.Metrics is { } metrics)
            {
                kept.Metrics[metrics.Round] = metrics;
                while (kept.Metrics.Count > _keepMetrics)
                {
                    kept.Metrics.Remove(kept.Metrics.Keys.First());
                }
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StatePart> Load(string peer)
    {
        lock (_sync)
        {
            return _peers.TryGetValue(peer, out Kept? kept) ? [.. kept.Parts.Values.OrderBy(part => part.Key, StringComparer.Ordinal)] : [];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StatePart> LoadHeads(string peer) => [.. Load(peer).Select(part => part with { Body = null })];

    /// <inheritdoc/>
    public StatePart? FindPart(string peer, string key)
    {
        lock (_sync)
        {
            return _peers.GetValueOrDefault(peer)?.Parts.GetValueOrDefault(key);
        }
    }

    /// <inheritdoc/>
    public PeerRecord? FindPeer(string peer)
    {
        lock (_sync)
        {
            return _peers.GetValueOrDefault(peer)?.Record;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerRecord> ListPeers()
    {
        lock (_sync)
        {
            return [.. _peers.Values.Select(kept => kept.Record)];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<PeerMetrics> ListMetrics(string peer)
    {
        lock (_sync)
        {
            return _peers.TryGetValue(peer, out Kept? kept) ? [.. kept.Metrics.Values] : [];
        }
    }

    /// <inheritdoc/>
    public void Forget(string peer)
    {
        lock (_sync)
        {
            if (_peers.TryGetValue(peer, out Kept? kept))
            {
                kept.Parts.Clear();
                kept.Metrics.Clear();
            }
        }
    }

    /// <summary>What a backup of the store holds: the same identity and everything in it, as a copy of a file would.</summary>
    /// <param name="isElsewhere">Whether it is opened at another place than this one, which a file would notice.</param>
    public MemoryGossipStore Copy(bool isElsewhere)
    {
        var copy = new MemoryGossipStore(DatabaseId, _keepMetrics);
        lock (_sync)
        {
            foreach ((string peer, Kept kept) in _peers)
            {
                copy._peers.Add(peer, kept.Copy(isElsewhere));
            }
        }

        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing outside the process is held.
    }

    private Kept Required(string peer) => _peers.GetValueOrDefault(peer) ?? throw GossipRules.NotBegun(peer);

    private sealed class Kept(PeerRecord record)
    {
        public PeerRecord Record { get; set; } = record;

        public SequenceBlock Block { get; set; } = new(record.LastSequence);

        public Dictionary<string, StatePart> Parts { get; private init; } = new(StringComparer.Ordinal);

        public SortedDictionary<int, PeerMetrics> Metrics { get; private init; } = [];

        public Kept Copy(bool isElsewhere) => new(Record with { IsCopy = Record.IsCopy || (isElsewhere && Record.Incarnation > 0) })
        {
            Parts = new Dictionary<string, StatePart>(Parts, StringComparer.Ordinal),
            Metrics = new SortedDictionary<int, PeerMetrics>(Metrics),
        };
    }
}
