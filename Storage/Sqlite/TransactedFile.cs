using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Sqlite;

/// <summary>A store's file and the ways into it: one caller at a time, each in a transaction, with faults in a person's words.</summary>
internal sealed class TransactedFile : IDisposable
{
    private const int Normal = 1;
    private const int Full = 2;

    private readonly Lock _sync = new();
    private readonly SqliteFile _file;
    private readonly string _path;
    private readonly StoreAccess _access;
    private int _synchronous = Full;

    /// <summary>Opens the file, and as a writer creates or migrates it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">What it is to hold.</param>
    /// <param name="access">What for.</param>
    /// <param name="busyTimeout">How long a call waits for another process's transaction.</param>
    /// <param name="maxFileBytes">A ceiling for the file, or null.</param>
    /// <param name="signIn">Writes this process down as the writer, for whoever finds the file locked.</param>
    public TransactedFile(string path, StoreSchema schema, StoreAccess access, TimeSpan busyTimeout, long? maxFileBytes, Action<SqliteConnection> signIn)
    {
        _path = path;
        _access = access;
        _file = SqliteFile.Open(path, schema, access, busyTimeout);
        if (access != StoreAccess.Write)
        {
            return;
        }

        try
        {
            Guarded(connection => SignIn(connection, maxFileBytes, signIn));
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>For tests that watch what is asked of SQLite.</summary>
    internal SqliteConnection Connection => _file.Connection;

    /// <summary>One transaction, so that the several queries of a call see one state although another process commits between them.</summary>
    public T Read<T>(Func<SqliteConnection, T> query) => Guarded(connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        return query(connection);
    });

    /// <summary>One transaction that is whole or leaves no trace.</summary>
    /// <param name="needed">The access that it takes; a writer's always will do.</param>
    /// <param name="change">What it does.</param>
    /// <param name="survivesPowerCut">Whether the disk is synced before the call returns; what was committed before is then safe as well, since the log is one.</param>
    /// <param name="checksReferences">Whether SQLite looks at every row that a new row refers to; not needed where both are written in this transaction.</param>
    public T Change<T>(StoreAccess needed, Func<SqliteConnection, T> change, bool survivesPowerCut = true, bool checksReferences = true)
    {
        if (_access != needed && _access != StoreAccess.Write)
        {
            throw new InvalidOperationException($"The store was opened for {_access}, and this needs {needed}.");
        }

        return Guarded(connection =>
        {
            Synchronise(connection, survivesPowerCut ? Full : Normal);
            return checksReferences ? Commit(connection, change) : CommitUnchecked(connection, change);
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_sync)
        {
            _file.Dispose();
        }
    }

    private static bool SignIn(SqliteConnection connection, long? maxFileBytes, Action<SqliteConnection> signIn)
    {
        signIn(connection);
        if (maxFileBytes is { } ceiling)
        {
            // SQLite raises a ceiling below the file's present size to that size.
            connection.Execute($"PRAGMA max_page_count = {Math.Max(1, ceiling / connection.Scalar<long>("PRAGMA page_size"))}");
        }

        return true;
    }

    private static T Commit<T>(SqliteConnection connection, Func<SqliteConnection, T> change)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        T result = change(connection);
        transaction.Commit();
        return result;
    }

    // The setting has no effect within a transaction.
    private static T CommitUnchecked<T>(SqliteConnection connection, Func<SqliteConnection, T> change)
    {
        connection.Execute("PRAGMA foreign_keys = OFF");
        try
        {
            return Commit(connection, change);
        }
        finally
        {
            connection.Execute("PRAGMA foreign_keys = ON");
        }
    }

    /// <summary>The setting is the connection's and holds for the transactions that follow.</summary>
    private void Synchronise(SqliteConnection connection, int synchronous)
    {
        // One who only requests never wrote with less than SQLite's own default, which is FULL.
        if (_synchronous != synchronous)
        {
            connection.Execute($"PRAGMA synchronous = {synchronous}");
            _synchronous = synchronous;
        }
    }

    private T Guarded<T>(Func<SqliteConnection, T> action)
    {
        lock (_sync)
        {
            try
            {
                return action(_file.Connection);
            }
            catch (SqliteException exception)
            {
                throw SqliteFault.Explain(exception, _path);
            }
        }
    }
}
