using FedActors.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Training;

/// <summary>Reads rounds with their participants and refusals, without parameters, within the caller's transaction.</summary>
internal static class RoundReader
{
    private const string OfRun = $"SELECT {TrainingRows.RoundColumns} FROM rounds WHERE run = (SELECT sequence FROM runs WHERE id = ?1)";

    /// <summary>The one round that a condition picks, or null.</summary>
    /// <param name="connection">Where from.</param>
    /// <param name="runId">The run; the condition's <c>?1</c>.</param>
    /// <param name="condition">What follows the choice of the run.</param>
    /// <param name="values">The condition's further parameters.</param>
    public static RoundRecord? Find(SqliteConnection connection, string runId, string condition, params ReadOnlySpan<object?> values)
    {
        RoundRecord? round = connection.Row($"{OfRun} {condition}", row => TrainingRows.Round(runId, row), [runId, .. values]);
        return round is null ? null : Complete(connection, [round])[0];
    }

    /// <summary>All rounds of a run in order.</summary>
    public static IReadOnlyList<RoundRecord> List(SqliteConnection connection, string runId) =>
        Complete(connection, connection.Rows($"{OfRun} ORDER BY round", row => TrainingRows.Round(runId, row), runId));

    /// <summary>The rounds whose parameters are kept, in order.</summary>
    public static IReadOnlyList<RoundRecord> ListKept(SqliteConnection connection, string runId) => Complete(connection, connection.Rows(
        $"{OfRun} AND EXISTS (SELECT 1 FROM parameters p WHERE p.run = rounds.run AND p.round = rounds.round) ORDER BY round", row => TrainingRows.Round(runId, row), runId));

    private static List<RoundRecord> Complete(SqliteConnection connection, List<RoundRecord> rounds)
    {
        if (rounds.Count == 0)
        {
            return rounds;
        }

        string runId = rounds[0].RunId;
        ILookup<int, ParticipantRecord> participants = Children(connection, runId, rounds, "worker, samples, loss, accuracy, training_ticks", "participants", TrainingRows.Participant);
        ILookup<int, RefusalRecord> refusals = Children(connection, runId, rounds, "worker, reason, text", "refusals", TrainingRows.Refusal);
        return [.. rounds.Select(r => r with { Participants = [.. participants[r.Round]], Refusals = [.. refusals[r.Round]] })];
    }

    private static ILookup<int, T> Children<T>(SqliteConnection connection, string runId, List<RoundRecord> rounds, string columns, string table, Func<SqliteDataReader, T> map) => connection
        .Rows(
            $"SELECT round, {columns} FROM {table} WHERE run = (SELECT sequence FROM runs WHERE id = ?1) AND round BETWEEN ?2 AND ?3 ORDER BY round, position",
            row => (Round: row.GetInt32(0), Child: map(row)), runId, rounds[0].Round, rounds[^1].Round)
        .ToLookup(pair => pair.Round, pair => pair.Child);
}
