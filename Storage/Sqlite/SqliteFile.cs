using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Sqlite;

/// <summary>An open SQLite file that was found to be ours, whole, and of the newest version.</summary>
internal sealed class SqliteFile : IDisposable
{
    /// <summary>The write-ahead log is cut back to this after a checkpoint, so that one large round does not hold its size for ever.</summary>
    private const long MaxIdleLogBytes = 16L << 20;

    private readonly FileClaim? _lock;

    private SqliteFile(SqliteConnection connection, FileClaim? writerLock)
    {
        Connection = connection;
        _lock = writerLock;
    }

    /// <summary>For one thread at a time.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Opens a store, refusing what it must not touch before it changes a byte.</summary>
    public static SqliteFile Open(string path, StoreSchema schema, StoreAccess access, TimeSpan busyTimeout)
    {
        FileClaim? writerLock = null;
        SqliteConnection? connection = null;
        try
        {
            writerLock = access == StoreAccess.Write ? TakeLock(path, schema) : null;
            if (access != StoreAccess.Write && !File.Exists(path))
            {
                throw new StoreException(StoreFault.Missing, $"There is no {schema.Name} at {path}. A run creates it; or point Storage:Path at the folder that holds it.");
            }

            connection = Connect(path, access, busyTimeout);
            Recognise(connection, path, schema, access);
            if (access == StoreAccess.Write)
            {
                Prepare(connection, path, schema);
            }

            return new SqliteFile(connection, writerLock);
        }
        catch (SqliteException exception)
        {
            connection?.Dispose();
            writerLock?.Dispose();
            throw SqliteFault.Explain(exception, path);
        }
        catch
        {
            connection?.Dispose();
            writerLock?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The lock goes last: the next writer must find the log checkpointed and closed.
        Connection.Dispose();
        _lock?.Dispose();
    }

    /// <summary>The file whose holder may write a store.</summary>
    /// <remarks>SQLite's own locks last for a transaction; a provider must be alone for as long as it lives, or two would commit rounds of one run in turn.</remarks>
    public static string LockPath(string storePath) => storePath + ".lock";

    private static FileClaim TakeLock(string path, StoreSchema schema)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return FileClaim.TryTake(LockPath(path))
                ?? throw new StoreException(StoreFault.Busy, $"The {schema.Name} {path} is being written by another process{WriterOf(path)}. Wait for its run, stop it, or set Storage:Path to another folder.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.Disk, $"{path} cannot be created ({exception.Message.TrimEnd('.')}). Make the folder writable, or set Storage:Path to one that is.", exception);
        }
    }

    /// <summary>Names the process that holds the lock, as it wrote itself down; nothing when that cannot be read.</summary>
    private static string WriterOf(string path)
    {
        try
        {
            using SqliteConnection connection = Connect(path, StoreAccess.Read, TimeSpan.FromSeconds(1));
            return $" (process {connection.Scalar<long>("SELECT process FROM writer")})";
        }
        catch (Exception exception) when (exception is SqliteException or InvalidOperationException)
        {
            return string.Empty;
        }
    }

    private static SqliteConnection Connect(string path, StoreAccess access, TimeSpan busyTimeout)
    {
        SqliteConnection connection = Open(path, access, busyTimeout);
        if (access != StoreAccess.Read)
        {
            return connection;
        }

        try
        {
            connection.Scalar<long>("PRAGMA schema_version");
            return connection;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is 14 or 8 && HasNoLog(path))
        {
            // On a read-only medium SQLite cannot make the index of the write-ahead log. Without a log there is
            // nothing to index and nobody can write, so the file may be read as it lies.
            connection.Dispose();
            return Open($"{new Uri(Path.GetFullPath(path)).AbsoluteUri}?immutable=1", access, busyTimeout);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static bool HasNoLog(string path) => new FileInfo(path + "-wal") is { Exists: false } or { Length: 0 };

    private static SqliteConnection Open(string source, StoreAccess access, TimeSpan busyTimeout)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = source,
            Pooling = false,
            Mode = access switch
            {
                StoreAccess.Write => SqliteOpenMode.ReadWriteCreate,
                StoreAccess.Request => SqliteOpenMode.ReadWrite,
                _ => SqliteOpenMode.ReadOnly,
            },

            // Zero would mean for ever.
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(busyTimeout.TotalSeconds)),
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Recognise(SqliteConnection connection, string path, StoreSchema schema, StoreAccess access)
    {
        long application = connection.Scalar<long>("PRAGMA application_id");
        long version = connection.Scalar<long>("PRAGMA user_version");
        if (application == 0 && version == 0 && connection.Scalar<long>("SELECT count(*) FROM sqlite_master") == 0)
        {
            // An empty file: a writer makes it a store; to a reader it is one that was never begun.
            if (access != StoreAccess.Write)
            {
                throw new StoreException(StoreFault.Missing, $"{path} is empty: no run has been stored in it yet.");
            }

            return;
        }

        if (application != schema.ApplicationId)
        {
            throw SqliteFault.NotOurs(path, $"it is a SQLite database of another program (application id 0x{application:x8}, a {schema.Name} has 0x{schema.ApplicationId:x8})");
        }

        if (version > schema.Version)
        {
            throw new StoreException(StoreFault.Newer, $"{path} has schema version {version}, and this program knows versions up to {schema.Version}. It was left as it is. Use the newer program that wrote it, or set Storage:Path to another folder.");
        }

        if (version < schema.Version && access != StoreAccess.Write)
        {
            throw new StoreException(StoreFault.Conflict, $"{path} has schema version {version}, and this program reads version {schema.Version}. Opening it for a run brings it up to date.");
        }
    }

    private static void Prepare(SqliteConnection connection, string path, StoreSchema schema)
    {
        string finding = connection.Scalar<string>("PRAGMA quick_check(1)") ?? "no answer";
        if (finding != "ok")
        {
            throw SqliteFault.Damaged(path, finding);
        }

        string mode = connection.Scalar<string>("PRAGMA journal_mode = WAL") ?? "none";
        if (mode != "wal")
        {
            throw new StoreException(StoreFault.Disk, $"{path} lies on a file system on which SQLite cannot keep a write-ahead log (it offers '{mode}'). Set Storage:Path to a local disk.");
        }

        // FULL syncs the log at every commit: what a call returned from survives a power cut. fullfsync asks macOS to mean it.
        connection.Execute("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA foreign_keys = ON");
        connection.Execute($"PRAGMA journal_size_limit = {MaxIdleLogBytes}; PRAGMA wal_autocheckpoint = {schema.CheckpointPages}");
        Migrate(connection, schema);
    }

    private static void Migrate(SqliteConnection connection, StoreSchema schema)
    {
        for (long version = connection.Scalar<long>("PRAGMA user_version"); version < schema.Version; version++)
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            connection.Execute(schema.Migrations[(int)version]);
            connection.Execute($"PRAGMA application_id = {schema.ApplicationId}; PRAGMA user_version = {version + 1}");
            transaction.Commit();
        }
    }
}
