using System.Security.Cryptography;
using FedActors.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Gossip;

/// <summary>The gossip store in one SQLite file with a write-ahead log.</summary>
/// <remarks>
/// Promises are committed with <c>synchronous=FULL</c>, which syncs the log before the call returns; the rest with <c>NORMAL</c>, which
/// leaves the sync to a later promise or checkpoint. Both go through one connection and so into one log in order: a second connection would
/// only wait for the first one's lock. Safe to call from several threads; calls take turns.
/// </remarks>
public sealed class SqliteGossipStore : IGossipStore
{
    private readonly Dictionary<string, SequenceBlock> _blocks = new(StringComparer.Ordinal);
    private readonly Lock _allocating = new();
    private readonly GossipStoreOptions _options;
    private readonly TransactedFile _file;
    private readonly string _place;
    private readonly BodyPieces _pieces;

    /// <summary>Opens the store, and as a writer creates or migrates it.</summary>
    /// <exception cref="StoreException">The file is missing, foreign, newer, damaged, held by another writer, or the disk refused.</exception>
    public SqliteGossipStore(GossipStoreOptions options)
        : this(options, GossipSchema.Current)
    {
    }

    /// <summary>Opens the store with another schema: for tests of migration.</summary>
    internal SqliteGossipStore(GossipStoreOptions options, StoreSchema schema)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _place = $"{Environment.MachineName}:{Path.GetFullPath(options.Path)}";
        _file = new TransactedFile(options.Path, schema, options.Access, options.BusyTimeout, options.MaxFileBytes, SignIn);
        try
        {
            DatabaseId = _file.Read(connection => connection.Scalar<string>("SELECT database_id FROM identity"))!;
            _pieces = new BodyPieces(_file, options.Access);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string DatabaseId { get; }

    /// <summary>For tests that watch what is asked of SQLite.</summary>
    internal SqliteConnection Connection => _file.Connection;

    /// <summary>Whether a writer lives on this file now.</summary>
    /// <param name="path">The store's file, which need not exist.</param>
    public static bool HasWriter(string path) => FileClaim.IsHeld(SqliteFile.LockPath(path));

    /// <inheritdoc/>
    public PeerRecord BeginLife(string peer, ulong life, DateTimeOffset startedAt)
    {
        GossipRules.CheckPeer(peer);
        lock (_allocating)
        {
            _blocks.Remove(peer);
        }

        return Promise(connection =>
        {
            connection.Execute(
                """
                INSERT INTO peers(peer, incarnation, reserved, place, life, starts, started_at) VALUES (?1, 0, 0, ?2, ?3, 1, ?4)
                ON CONFLICT DO UPDATE SET life = excluded.life, starts = starts + 1, started_at = excluded.started_at
                """,
                peer, _place, unchecked((long)life), GossipRows.Text(startedAt));
            return Required(connection, peer);
        });
    }

    /// <inheritdoc/>
    public void BeginIncarnation(string peer, ulong incarnation)
    {
        GossipRules.CheckIncarnation(incarnation);
        lock (_allocating)
        {
            Promise(connection =>
            {
                GossipRules.ThrowIfNotHigher(Required(connection, peer), incarnation);
                return connection.Execute("UPDATE peers SET incarnation = ?2, reserved = 0, place = ?3 WHERE peer = ?1", peer, (long)incarnation, _place);
            });
            _blocks.Remove(peer);
        }
    }

    /// <inheritdoc/>
    public ulong AllocateSequence(string peer)
    {
        lock (_allocating)
        {
            if (!_blocks.TryGetValue(peer, out SequenceBlock? block))
            {
                PeerRecord record = _file.Read(connection => Required(connection, peer));
                GossipRules.ThrowIfMayNotPublish(record);
                block = new SequenceBlock(record.LastSequence);
                _blocks.Add(peer, block);
            }

            return block.Next(ceiling => Promise(connection => connection.Execute("UPDATE peers SET reserved = ?2 WHERE peer = ?1", peer, (long)ceiling)));
        }
    }

    /// <inheritdoc/>
    public void Save(string peer, StateChange change, Durability durability)
    {
        GossipRules.CheckChange(change);
        bool isLarge = change.Parts.Any(IsLarge);
        if (isLarge)
        {
            _file.Read(connection => Required(connection, peer));
        }

        // Hashing and large bodies come before the transaction: the file is not held as long as they take.
        List<PreparedPart> parts = [];
        try
        {
            foreach (StatePart part in change.Parts)
            {
                parts.Add(new PreparedPart(part, part.Body is { } body ? SHA256.HashData(body.Span) : null, IsLarge(part) ? _pieces.Write(part.Body!.Value) : null));
            }

            Commit(peer, change, parts, durability);
        }
        catch
        {
            parts.ForEach(part => _pieces.Abandon(part.Pieces));
            throw;
        }

        if (isLarge)
        {
            _pieces.RemoveUnused();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StatePart> Load(string peer) => _file.Read(connection => GossipRows.Parts(connection, _options.Path, peer, withBodies: true));

    /// <inheritdoc/>
    public IReadOnlyList<StatePart> LoadHeads(string peer) => _file.Read(connection => GossipRows.Parts(connection, _options.Path, peer, withBodies: false));

    /// <inheritdoc/>
    public StatePart? FindPart(string peer, string key) => _file.Read(connection => GossipRows.FindPart(connection, _options.Path, peer, key));

    /// <inheritdoc/>
    public PeerRecord? FindPeer(string peer) => _file.Read(connection => Find(connection, peer));

    /// <inheritdoc/>
    public IReadOnlyList<PeerRecord> ListPeers() =>
        _file.Read(connection => connection.Rows($"SELECT {GossipRows.PeerColumns} FROM peers ORDER BY peer", GossipRows.Peer, _place));

    /// <inheritdoc/>
    public IReadOnlyList<PeerMetrics> ListMetrics(string peer) => _file.Read(connection => GossipRows.Metrics(connection, peer));

    /// <inheritdoc/>
    public void Forget(string peer) => Promise(connection =>
        connection.Execute("DELETE FROM body_pieces WHERE body IN (SELECT pieces FROM crdt_snapshots WHERE peer = ?1)", peer)
        + connection.Execute("DELETE FROM crdt_snapshots WHERE peer = ?1", peer) + connection.Execute("DELETE FROM peer_metrics WHERE peer = ?1", peer));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Writes this process down for whoever finds the store locked.</summary>
    private static void SignIn(SqliteConnection connection) =>
        connection.Execute("INSERT INTO writer VALUES (1, ?1) ON CONFLICT DO UPDATE SET process = excluded.process", Environment.ProcessId);

    private static bool IsLarge(StatePart part) => part.Body?.Length > BodyPieces.MaxWholeBytes;

    private void Commit(string peer, StateChange change, List<PreparedPart> parts, Durability durability)
    {
        List<long> replaced = _file.Change(
            StoreAccess.Write,
            connection =>
            {
                Required(connection, peer);
                List<long> former = [];
                foreach (string key in change.Removed)
                {
                    former.AddRange(GossipRows.PiecesOf(connection, peer, key));
                    connection.Execute("DELETE FROM crdt_snapshots WHERE peer = ?1 AND key = ?2", peer, key);
                }

                foreach (PreparedPart part in parts)
                {
                    former.AddRange(GossipRows.PiecesOf(connection, peer, part.Part.Key));
                    GossipRows.InsertPart(connection, peer, part);
                }

                if (change.Metrics is { } metrics)
                {
                    GossipRows.InsertMetrics(connection, peer, metrics, _options.KeepMetrics);
                }

                return former;
            },
            survivesPowerCut: durability != Durability.Cached);
        replaced.ForEach(body => _pieces.Abandon(body));
    }

    private T Promise<T>(Func<SqliteConnection, T> change) => _file.Change(StoreAccess.Write, change);

    private PeerRecord? Find(SqliteConnection connection, string peer) =>
        connection.Row($"SELECT {GossipRows.PeerColumns} FROM peers WHERE peer = ?2", GossipRows.Peer, _place, peer);

    private PeerRecord Required(SqliteConnection connection, string peer) => Find(connection, peer) ?? throw GossipRules.NotBegun(peer);
}
