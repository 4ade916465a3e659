using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Training;

/// <summary>The way from rows to records, column by column, and of values that SQLite has no type for.</summary>
internal static class TrainingRows
{
    /// <summary>The columns that <see cref="Run"/> reads, from <c>runs</c>.</summary>
    public const string RunColumns = "id, fingerprint, configuration, plan, seed, rounds, status, reason, started_at, ended_at, (SELECT ifnull(max(r.round), 0) FROM rounds r WHERE r.run = runs.sequence)";

    /// <summary>The columns that <see cref="Round"/> reads, from <c>rounds</c>.</summary>
    public const string RoundColumns = """
        round, parameter_hash, change_norm, train_loss, train_accuracy,
        evaluation_samples, evaluation_accuracy, evaluation_loss, evaluation_per_class, evaluation_confusion,
        cohort, attempts, total_ticks, collect_ticks, slowest_training_ticks, aggregate_ticks, evaluate_ticks,
        bytes_sent, bytes_received, committed_at, update_bytes, bytes_saved
        """;

    public static RunRecord Run(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetFieldValue<byte[]>(3),
        ulong.Parse(row.GetString(4), CultureInfo.InvariantCulture),
        row.GetInt32(5),
        (RunStatus)row.GetInt32(6),
        row.IsDBNull(7) ? null : row.GetString(7),
        Time(row.GetString(8)),
        row.IsDBNull(9) ? null : Time(row.GetString(9)),
        row.GetInt32(10));

    public static RoundRecord Round(string runId, SqliteDataReader row) => new(
        runId,
        row.GetInt32(0),
        Parameters: null,
        row.GetString(1),
        Real(row, 2),
        Real(row, 3),
        Real(row, 4),
        row.IsDBNull(5) ? null : Evaluation(row),
        Participants: [],
        Refusals: [],
        Parse<string>(row.GetString(10)),
        row.GetInt32(11),
        new RoundTimings(Span(row, 12), Span(row, 13), Span(row, 14), Span(row, 15), Span(row, 16)),
        row.GetInt64(17),
        row.GetInt64(18),
        Time(row.GetString(19)))
    {
        UpdateBytes = row.GetInt64(20),
        BytesSaved = row.GetInt64(21),
    };

    public static ParticipantRecord Participant(SqliteDataReader row) =>
        new(row.GetString(1), row.GetInt64(2), Real(row, 3), Real(row, 4), Span(row, 5));

    public static RefusalRecord Refusal(SqliteDataReader row) =>
        new(row.GetString(1), row.GetString(2), row.GetString(3));

    public static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    public static string Text(ulong seed) => seed.ToString(CultureInfo.InvariantCulture);

    public static string Json<T>(IReadOnlyList<T> list) => JsonSerializer.Serialize(list);

    /// <summary>JSON has no NaN: a class without examples is <c>null</c>.</summary>
    public static string Json(IReadOnlyList<double> list) =>
        JsonSerializer.Serialize(list.Select(x => double.IsNaN(x) ? (double?)null : x));

    private static EvaluationRecord Evaluation(SqliteDataReader row) => new(
        row.GetInt64(5),
        Real(row, 6),
        Real(row, 7),
        [.. Parse<double?>(row.GetString(8)).Select(x => x ?? double.NaN)],
        Parse<long>(row.GetString(9)));

    private static T[] Parse<T>(string json) => JsonSerializer.Deserialize<T[]>(json) ?? [];

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture);

    private static TimeSpan Span(SqliteDataReader row, int column) => TimeSpan.FromTicks(row.GetInt64(column));

    private static double Real(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);
}
