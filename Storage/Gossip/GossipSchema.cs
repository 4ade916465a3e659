using FedActors.Storage.Sqlite;

namespace FedActors.Storage.Gossip;

/// <summary>The tables of <c>gossip.db</c>. A person may read them with any SQLite tool; only this program writes them.</summary>
internal static class GossipSchema
{
    /// <summary>"FedG" in ASCII.</summary>
    public const int ApplicationId = 0x46656447;

    /// <summary>
    /// The write-ahead log is copied into the file after some 400 kB. Saved state replaces itself, so that a longer log would be most of what
    /// a small model's store takes.
    /// </summary>
    private const int CheckpointPages = 100;

    /// <summary>
    /// Times are ISO 8601 text. A REAL that is NULL is not a number, or there was none.
    /// A peer has one row for each part of its state, which its next version replaces: a round rewrites what changed and nothing else.
    /// Digests are the SHA-256 of the bytes as stored: they tell a disk's fault from a state.
    /// <c>reserved</c> is the last sequence that may have been given out; <c>place</c> is where the incarnation was taken.
    /// </summary>
    private const string Version1 = """
        CREATE TABLE writer(only_row INTEGER PRIMARY KEY CHECK (only_row = 1), process INTEGER NOT NULL) STRICT;

        CREATE TABLE identity(only_row INTEGER PRIMARY KEY CHECK (only_row = 1), database_id TEXT NOT NULL) STRICT;
        INSERT INTO identity VALUES (1, lower(hex(randomblob(16))));

        CREATE TABLE peers(
          peer TEXT PRIMARY KEY,
          incarnation INTEGER NOT NULL,
          reserved INTEGER NOT NULL,
          place TEXT NOT NULL,
          life INTEGER NOT NULL,
          starts INTEGER NOT NULL,
          started_at TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE crdt_snapshots(
          peer TEXT NOT NULL REFERENCES peers(peer),
          key TEXT NOT NULL,
          head_digest BLOB NOT NULL,
          head BLOB NOT NULL,
          body_digest BLOB,
          body BLOB,
          PRIMARY KEY (peer, key)) STRICT;

        CREATE TABLE peer_metrics(
          peer TEXT NOT NULL REFERENCES peers(peer),
          round INTEGER NOT NULL,
          loss REAL,
          accuracy REAL,
          has_evaluation INTEGER NOT NULL,
          evaluation_loss REAL,
          evaluation_accuracy REAL,
          change_norm REAL,
          models INTEGER NOT NULL,
          parameter_hash TEXT NOT NULL,
          at TEXT NOT NULL,
          PRIMARY KEY (peer, round)) STRICT, WITHOUT ROWID;
        """;

    /// <summary>Bodies that are too large for one transaction are in <c>body_pieces</c>; <c>pieces</c> says under which number. The index tells it without reading what lies between: a row's own body.</summary>
    private const string Version2 = """
        ALTER TABLE crdt_snapshots ADD COLUMN pieces INTEGER;

        CREATE TABLE body_pieces(
          body INTEGER NOT NULL,
          piece INTEGER NOT NULL,
          bytes BLOB NOT NULL,
          PRIMARY KEY (body, piece)) STRICT;

        CREATE INDEX parts_in_pieces ON crdt_snapshots(peer, key, pieces) WHERE pieces IS NOT NULL;
        """;

    public static StoreSchema Current { get; } = new("gossip store", ApplicationId, [Version1, Version2]) { CheckpointPages = CheckpointPages };
}
