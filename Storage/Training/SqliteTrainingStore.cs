using System.Security.Cryptography;
using FedActors.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Training;

/// <summary>The training store in one SQLite file with a write-ahead log.</summary>
/// <remarks>
/// Every change is one transaction, synced to disk before the call returns (<c>synchronous=FULL</c>).
/// Safe to call from several threads; calls take turns.
/// </remarks>
public sealed class SqliteTrainingStore : ITrainingStore
{
    private readonly TrainingStoreOptions _options;
    private readonly TransactedFile _file;

    /// <summary>Opens the store, and as a writer creates or migrates it.</summary>
    /// <exception cref="StoreException">The file is missing, foreign, newer, damaged, held by another writer, or the disk refused.</exception>
    public SqliteTrainingStore(TrainingStoreOptions options)
        : this(options, TrainingSchema.Current)
    {
    }

    /// <summary>Opens the store with another schema: for tests of migration.</summary>
    internal SqliteTrainingStore(TrainingStoreOptions options, StoreSchema schema)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _file = new TransactedFile(options.Path, schema, options.Access, options.BusyTimeout, options.MaxFileBytes, SignIn);
    }

    /// <summary>Whether a writer, that is a provider, lives on this file now.</summary>
    /// <param name="path">The store's file, which need not exist.</param>
    public static bool HasWriter(string path) => FileClaim.IsHeld(SqliteFile.LockPath(path));

    /// <summary>The run that a living writer begins, reopens or commits rounds of, or null. A run that is recorded as running and is not this one was interrupted.</summary>
    public string? FindDrivenRun() => HasWriter(_options.Path) ? Read(connection => connection.Scalar<string>("SELECT run FROM writer")) : null;

    /// <inheritdoc/>
    public void BeginRun(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Write(connection =>
        {
            if (connection.Scalar<long>("SELECT count(*) FROM runs WHERE id = ?1", run.Id) > 0)
            {
                throw StoreConflict.RunExists(run.Id);
            }

            connection.Execute(
                "INSERT INTO runs(id, fingerprint, configuration, plan, seed, rounds, status, started_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                run.Id, run.Fingerprint, run.Configuration, run.Plan, TrainingRows.Text(run.Seed), run.Rounds, (int)RunStatus.Running, TrainingRows.Text(run.StartedAt));
            Drive(connection, run.Id);
            return true;
        });
    }

    /// <inheritdoc/>
    public void CommitRound(RoundRecord round)
    {
        ArgumentNullException.ThrowIfNull(round);
        ReadOnlyMemory<byte> parameters = round.Parameters ?? throw new ArgumentException("A round is committed with its parameters.", nameof(round));

        // A look at the round for each of its participants would read all of the round's row, cohort and all: a round of a hundred thousand took half a minute.
        _file.Change(StoreAccess.Write, checksReferences: false, change: connection =>
        {
            StoreConflict.ThrowIfNotNext(RequiredRun(connection, round.RunId), round.Round);
            long run = Sequence(connection, round.RunId);
            RoundWriter.Insert(connection, run, round);
            Drive(connection, round.RunId);
            RoundWriter.InsertParameters(connection, run, round.Round, parameters);
            DropOldParameters(connection, run, round.Round - _options.KeepRounds);
            RoundWriter.SetOptimizerState(connection, run, round);
            return true;
        });
    }

    /// <inheritdoc/>
    public bool TrySetEvaluation(string runId, int round, EvaluationRecord evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return Write(connection =>
        {
            RequiredRun(connection, runId);
            long run = Sequence(connection, runId);
            if (connection.Scalar<long>("SELECT count(*) FROM rounds WHERE run = ?1 AND round = ?2", run, round) == 0)
            {
                throw StoreConflict.NoSuchRound(runId, round);
            }

            return RoundWriter.TrySetEvaluation(connection, run, round, evaluation);
        });
    }

    /// <inheritdoc/>
    public void EndRun(string runId, RunStatus status, string? reason, DateTimeOffset endedAt)
    {
        StoreConflict.ThrowIfNoEnd(status);
        Write(connection =>
        {
            StoreConflict.ThrowIfEnded(RequiredRun(connection, runId));
            return connection.Execute("UPDATE runs SET status = ?2, reason = ?3, ended_at = ?4 WHERE id = ?1", runId, (int)status, reason, TrainingRows.Text(endedAt));
        });
    }

    /// <inheritdoc/>
    public void RecordRun(RunRecord run, IReadOnlyList<RoundRecord> rounds)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(rounds);
        StoreConflict.ThrowIfNoRecord(run, rounds);
        Write(connection =>
        {
            string? endedAt = run.EndedAt is { } ended ? TrainingRows.Text(ended) : null;
            if (StoreConflict.IsBegun(FindRun(connection, run.Id)))
            {
                RoundWriter.DeleteAll(connection, Sequence(connection, run.Id));
                connection.Execute("UPDATE runs SET plan = ?2, status = ?3, reason = ?4, ended_at = ?5 WHERE id = ?1", run.Id, run.Plan, (int)run.Status, run.Reason, endedAt);
            }
            else
            {
                connection.Execute(
                    "INSERT INTO runs(id, fingerprint, configuration, plan, seed, rounds, status, reason, started_at, ended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                    run.Id, run.Fingerprint, run.Configuration, run.Plan, TrainingRows.Text(run.Seed), run.Rounds, (int)run.Status, run.Reason, TrainingRows.Text(run.StartedAt), endedAt);
            }

            long sequence = Sequence(connection, run.Id);
            foreach (RoundRecord round in rounds)
            {
                RoundWriter.Insert(connection, sequence, round);
                if (round.Parameters is { } parameters)
                {
                    RoundWriter.InsertParameters(connection, sequence, round.Round, parameters);
                }
            }

            return true;
        });
    }

    /// <inheritdoc/>
    public void ReopenRun(string runId) => Write(connection =>
    {
        RequiredRun(connection, runId);
        Drive(connection, runId);
        return connection.Execute("UPDATE runs SET status = ?2, reason = NULL, ended_at = NULL, stop_requested_at = NULL WHERE id = ?1", runId, (int)RunStatus.Running);
    });

    /// <inheritdoc/>
    public void RequestStop(string runId, DateTimeOffset requestedAt) => Change(StoreAccess.Request, connection =>
    {
        RequiredRun(connection, runId);
        return connection.Execute("UPDATE runs SET stop_requested_at = ?2 WHERE id = ?1 AND status = ?3", runId, TrainingRows.Text(requestedAt), (int)RunStatus.Running);
    });

    /// <inheritdoc/>
    public bool IsStopRequested(string runId) => Read(connection =>
    {
        RequiredRun(connection, runId);
        return connection.Scalar<long>("SELECT stop_requested_at IS NOT NULL FROM runs WHERE id = ?1", runId) != 0;
    });

    /// <inheritdoc/>
    public RunRecord? FindRun(string runId) => Read(connection => FindRun(connection, runId));

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> ListRuns() =>
        Read(connection => connection.Rows($"SELECT {TrainingRows.RunColumns} FROM runs ORDER BY sequence DESC", TrainingRows.Run));

    /// <inheritdoc/>
    public RunRecord? FindUnfinished(string fingerprint) => Read(connection => connection.Row(
        $"SELECT {TrainingRows.RunColumns} FROM runs WHERE status = ?1 AND fingerprint = ?2 ORDER BY sequence DESC LIMIT 1", TrainingRows.Run, (int)RunStatus.Running, fingerprint));

    /// <inheritdoc/>
    public RoundRecord? LatestRound(string runId) => Read(connection => WithParameters(connection, RoundReader.Find(
        connection, runId, "ORDER BY round DESC LIMIT 1")));

    /// <inheritdoc/>
    public RoundRecord? FindRound(string runId, int round) => Read(connection => WithParameters(connection, RoundReader.Find(
        connection, runId, "AND round = ?2", round)));

    /// <inheritdoc/>
    public IReadOnlyList<RoundRecord> ListRounds(string runId) => Read(connection => RoundReader.List(connection, runId));

    /// <inheritdoc/>
    public IReadOnlyList<RoundRecord> ListKeptRounds(string runId) => Read(connection => RoundReader.ListKept(connection, runId));

    /// <inheritdoc/>
    public RoundRecord? BestRound(string runId) => Read(connection => WithParameters(connection, RoundReader.Find(
        connection, runId, $"AND round = {BestOf("rounds.run")}")));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>The query for a run's best round whose parameters are kept, in the order of <see cref="RoundQuality"/>.</summary>
    private static string BestOf(string run) => $"""
        (SELECT b.round FROM rounds b JOIN parameters p ON p.run = b.run AND p.round = b.round
         WHERE b.run = {run} AND b.evaluation_samples IS NOT NULL
         ORDER BY b.evaluation_accuracy IS NULL, b.evaluation_accuracy DESC, b.evaluation_loss IS NULL, b.evaluation_loss, b.round LIMIT 1)
        """;

    private static void DropOldParameters(SqliteConnection connection, long run, int lastToDrop) => connection.Execute(
        $"DELETE FROM parameters WHERE run = ?1 AND round <= ?2 AND round IS NOT {BestOf("?1")}", run, lastToDrop);

    private static RunRecord? FindRun(SqliteConnection connection, string runId) =>
        connection.Row($"SELECT {TrainingRows.RunColumns} FROM runs WHERE id = ?1", TrainingRows.Run, runId);

    private static RunRecord RequiredRun(SqliteConnection connection, string runId) =>
        FindRun(connection, runId) ?? throw StoreConflict.NoSuchRun(runId);

    private static long Sequence(SqliteConnection connection, string runId) =>
        connection.Scalar<long>("SELECT sequence FROM runs WHERE id = ?1", runId);

    private static void Drive(SqliteConnection connection, string runId) =>
        connection.Execute("UPDATE writer SET run = ?1 WHERE run IS NOT ?1", runId);

    private RoundRecord? WithParameters(SqliteConnection connection, RoundRecord? round)
    {
        if (round is null)
        {
            return null;
        }

        (byte[] Digest, byte[] Bytes)[] found = [.. connection.Rows(
            "SELECT p.digest, p.bytes FROM parameters p JOIN runs ON runs.sequence = p.run WHERE runs.id = ?1 AND p.round = ?2",
            row => (row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)), round.RunId, round.Round)];
        if (found.Length == 0)
        {
            return round;
        }

        if (!SHA256.HashData(found[0].Bytes).AsSpan().SequenceEqual(found[0].Digest))
        {
            throw SqliteFault.Damaged(_options.Path, $"the parameters of round {round.Round} of run {round.RunId} do not match their checksum");
        }

        return round with { Parameters = found[0].Bytes, OptimizerState = FindOptimizerState(connection, round) };
    }

    private ReadOnlyMemory<byte>? FindOptimizerState(SqliteConnection connection, RoundRecord round)
    {
        (byte[] Digest, byte[] Bytes)[] found = [.. connection.Rows(
            "SELECT s.digest, s.bytes FROM optimizer_states s JOIN runs ON runs.sequence = s.run WHERE runs.id = ?1 AND s.round = ?2",
            row => (row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)), round.RunId, round.Round)];
        if (found.Length == 0)
        {
            return null;
        }

        return SHA256.HashData(found[0].Bytes).AsSpan().SequenceEqual(found[0].Digest)
            ? found[0].Bytes
            : throw SqliteFault.Damaged(_options.Path, $"the optimizer state of round {round.Round} of run {round.RunId} does not match its checksum");
    }

    /// <summary>Writes this process down for whoever finds the store locked.</summary>
    private static void SignIn(SqliteConnection connection) =>
        connection.Execute("INSERT INTO writer VALUES (1, ?1, NULL) ON CONFLICT DO UPDATE SET process = excluded.process, run = NULL", Environment.ProcessId);

    private T Write<T>(Func<SqliteConnection, T> change) => _file.Change(StoreAccess.Write, change);

    private T Change<T>(StoreAccess needed, Func<SqliteConnection, T> change) => _file.Change(needed, change);

    private T Read<T>(Func<SqliteConnection, T> query) => _file.Read(query);
}
