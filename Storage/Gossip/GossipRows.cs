using System.Globalization;
using System.Security.Cryptography;
using FedActors.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Gossip;

/// <summary>The way from rows to records and back, column by column.</summary>
internal static class GossipRows
{
    /// <summary>The columns that <see cref="Peer"/> reads; <c>?1</c> is the place of the store.</summary>
    public const string PeerColumns = "peer, incarnation, reserved, life, starts, incarnation > 0 AND place <> ?1, started_at";

    private const string MetricColumns = "round, loss, accuracy, has_evaluation, evaluation_loss, evaluation_accuracy, change_norm, models, parameter_hash, at";

    public static PeerRecord Peer(SqliteDataReader row) => new(
        row.GetString(0), (ulong)row.GetInt64(1), (ulong)row.GetInt64(2), unchecked((ulong)row.GetInt64(3)), row.GetInt64(4), row.GetBoolean(5), Time(row.GetString(6)));

    public static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Writes a part, whose body is in pieces if it is large.</summary>
    public static void InsertPart(SqliteConnection connection, string peer, PreparedPart part) => connection.Execute(
        """
        INSERT INTO crdt_snapshots(peer, key, head_digest, head, body_digest, body, pieces) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT DO UPDATE SET head_digest = excluded.head_digest, head = excluded.head, body_digest = excluded.body_digest, body = excluded.body, pieces = excluded.pieces
        """,
        peer, part.Part.Key, SHA256.HashData(part.Part.Head.Span), part.Part.Head, part.BodyDigest, part.Pieces is null ? part.Part.Body : null, part.Pieces);

    /// <summary>The pieces of a part's body, if that is where it is.</summary>
    public static List<long> PiecesOf(SqliteConnection connection, string peer, string key) =>
        connection.Rows("SELECT pieces FROM crdt_snapshots WHERE peer = ?1 AND key = ?2 AND pieces IS NOT NULL", row => row.GetInt64(0), peer, key);

    public static void InsertMetrics(SqliteConnection connection, string peer, PeerMetrics metrics, int keep)
    {
        connection.Execute(
            $"INSERT OR REPLACE INTO peer_metrics(peer, {MetricColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            peer, metrics.Round, metrics.Loss, metrics.Accuracy, metrics.EvaluationAccuracy is null ? 0 : 1, metrics.EvaluationLoss, metrics.EvaluationAccuracy,
            metrics.ChangeNorm, metrics.Models, metrics.ParameterHash, Text(metrics.At));
        connection.Execute("DELETE FROM peer_metrics WHERE peer = ?1 AND round <= (SELECT round FROM peer_metrics WHERE peer = ?1 ORDER BY round DESC LIMIT 1 OFFSET ?2)", peer, keep);
    }

    public static List<PeerMetrics> Metrics(SqliteConnection connection, string peer) =>
        connection.Rows($"SELECT {MetricColumns} FROM peer_metrics WHERE peer = ?1 ORDER BY round", Metrics, peer);

    public static List<StatePart> Parts(SqliteConnection connection, string path, string peer, bool withBodies) => connection.Rows(
        $"SELECT key, head_digest, head{(withBodies ? ", body_digest, body, pieces" : string.Empty)} FROM crdt_snapshots WHERE peer = ?1 ORDER BY key",
        row => Part(connection, row, path, peer, withBodies), peer);

    public static StatePart? FindPart(SqliteConnection connection, string path, string peer, string key) => connection.Row(
        "SELECT key, head_digest, head, body_digest, body, pieces FROM crdt_snapshots WHERE peer = ?1 AND key = ?2",
        row => Part(connection, row, path, peer, withBodies: true), peer, key);

    private static StatePart Part(SqliteConnection connection, SqliteDataReader row, string path, string peer, bool withBodies)
    {
        string key = row.GetString(0);
        byte[] head = Checked(row, 1, row.GetFieldValue<byte[]>(2), path, peer, key);
        byte[]? body = !withBodies ? null
            : !row.IsDBNull(5) ? BodyPieces.Read(connection, row.GetInt64(5))
            : row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4);
        return body is null ? new StatePart(key, head) : new StatePart(key, head, Checked(row, 3, body, path, peer, key));
    }

    private static byte[] Checked(SqliteDataReader row, int digest, byte[] bytes, string path, string peer, string key)
    {
        if (row.IsDBNull(digest) || !SHA256.HashData(bytes).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(digest)))
        {
            throw SqliteFault.Damaged(path, $"{key} of {peer} does not match its checksum");
        }

        return bytes;
    }

    private static PeerMetrics Metrics(SqliteDataReader row) => new(
        row.GetInt32(0),
        Real(row, 1),
        Real(row, 2),
        row.GetBoolean(3) ? Real(row, 5) : null,
        row.GetBoolean(3) ? Real(row, 4) : null,
        Real(row, 6),
        row.GetInt32(7),
        row.GetString(8),
        Time(row.GetString(9)));

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);

    private static double Real(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);
}

/// <summary>A part that is about to be written.</summary>
/// <param name="Part">The part.</param>
/// <param name="BodyDigest">The hash of its body; null if it has none.</param>
/// <param name="Pieces">Under which number its body was written in pieces; null if it goes into the part's own row.</param>
internal sealed record PreparedPart(StatePart Part, byte[]? BodyDigest, long? Pieces);
