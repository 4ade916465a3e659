using FedActors.Storage.Sqlite;

namespace FedActors.Storage.Training;

/// <summary>The tables of <c>training.db</c>. A person may read them with any SQLite tool; only this program writes them.</summary>
internal static class TrainingSchema
{
    /// <summary>"FedT" in ASCII.</summary>
    public const int ApplicationId = 0x46656454;

    /// <summary>
    /// Times are ISO 8601 text; durations are ticks of 100 ns; lists are JSON text.
    /// The writer's row is left by the process that holds the lock, or held it last.
    /// A REAL that is NULL is not a number. Parameters lie apart from their rounds, so that listings do not read past them.
    /// The digest is the SHA-256 of the bytes as stored: it tells a disk's fault from a model.
    /// </summary>
    private const string Version1 = """
        CREATE TABLE writer(only_row INTEGER PRIMARY KEY CHECK (only_row = 1), process INTEGER NOT NULL, run TEXT) STRICT;

        CREATE TABLE runs(
          sequence INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          fingerprint TEXT NOT NULL,
          configuration TEXT NOT NULL,
          plan BLOB NOT NULL,
          seed TEXT NOT NULL,
          rounds INTEGER NOT NULL,
          status INTEGER NOT NULL,
          reason TEXT,
          started_at TEXT NOT NULL,
          ended_at TEXT,
          stop_requested_at TEXT) STRICT;

        CREATE TABLE rounds(
          run INTEGER NOT NULL REFERENCES runs(sequence),
          round INTEGER NOT NULL,
          parameter_hash TEXT NOT NULL,
          change_norm REAL,
          train_loss REAL,
          train_accuracy REAL,
          evaluation_samples INTEGER,
          evaluation_accuracy REAL,
          evaluation_loss REAL,
          evaluation_per_class TEXT,
          evaluation_confusion TEXT,
          cohort TEXT NOT NULL,
          attempts INTEGER NOT NULL,
          total_ticks INTEGER NOT NULL,
          collect_ticks INTEGER NOT NULL,
          slowest_training_ticks INTEGER NOT NULL,
          aggregate_ticks INTEGER NOT NULL,
          evaluate_ticks INTEGER NOT NULL,
          bytes_sent INTEGER NOT NULL,
          bytes_received INTEGER NOT NULL,
          committed_at TEXT NOT NULL,
          PRIMARY KEY (run, round)) STRICT, WITHOUT ROWID;

        CREATE TABLE participants(
          run INTEGER NOT NULL,
          round INTEGER NOT NULL,
          position INTEGER NOT NULL,
          worker TEXT NOT NULL,
          samples INTEGER NOT NULL,
          loss REAL,
          accuracy REAL,
          training_ticks INTEGER NOT NULL,
          PRIMARY KEY (run, round, position),
          FOREIGN KEY (run, round) REFERENCES rounds(run, round)) STRICT, WITHOUT ROWID;

        CREATE TABLE refusals(
          run INTEGER NOT NULL,
          round INTEGER NOT NULL,
          position INTEGER NOT NULL,
          worker TEXT NOT NULL,
          reason TEXT NOT NULL,
          text TEXT NOT NULL,
          PRIMARY KEY (run, round, position),
          FOREIGN KEY (run, round) REFERENCES rounds(run, round)) STRICT, WITHOUT ROWID;

        CREATE TABLE parameters(
          run INTEGER NOT NULL,
          round INTEGER NOT NULL,
          digest BLOB NOT NULL,
          bytes BLOB NOT NULL,
          PRIMARY KEY (run, round),
          FOREIGN KEY (run, round) REFERENCES rounds(run, round)) STRICT;
        """;

    /// <summary>What a server optimizer remembers, of each run's last round alone: a run goes on from there and from nowhere else.</summary>
    private const string Version2 = """
        CREATE TABLE optimizer_states(
          run INTEGER PRIMARY KEY REFERENCES runs(sequence),
          round INTEGER NOT NULL,
          digest BLOB NOT NULL,
          bytes BLOB NOT NULL) STRICT;
        """;

    /// <summary>What updates took on the wire.</summary>
    private const string Version3 = """
        ALTER TABLE rounds ADD COLUMN update_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE rounds ADD COLUMN bytes_saved INTEGER NOT NULL DEFAULT 0;
        """;

    public static StoreSchema Current { get; } = new("training store", ApplicationId, [Version1, Version2, Version3]);
}
