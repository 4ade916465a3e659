using System.Security.Cryptography;
using FedActors.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Training;

/// <summary>Writes a round's rows within the caller's transaction.</summary>
internal static class RoundWriter
{
    public static void Insert(SqliteConnection connection, long run, RoundRecord round)
    {
        connection.Execute(
            """
            INSERT INTO rounds(
              run, round, parameter_hash, change_norm, train_loss, train_accuracy, cohort, attempts,
              total_ticks, collect_ticks, slowest_training_ticks, aggregate_ticks, evaluate_ticks, bytes_sent, bytes_received, committed_at,
              update_bytes, bytes_saved)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """,
            run, round.Round, round.ParameterHash, round.ChangeNorm, round.TrainLoss, round.TrainAccuracy, TrainingRows.Json(round.Cohort), round.Attempts,
            round.Timings.Total.Ticks, round.Timings.Collect.Ticks, round.Timings.SlowestTraining.Ticks, round.Timings.Aggregate.Ticks, round.Timings.Evaluate.Ticks,
            round.BytesSent, round.BytesReceived, TrainingRows.Text(round.CommittedAt), round.UpdateBytes, round.BytesSaved);
        if (round.Evaluation is { } evaluation)
        {
            TrySetEvaluation(connection, run, round.Round, evaluation);
        }

        InsertParticipants(connection, run, round);
        InsertRefusals(connection, run, round);
    }

    /// <summary>Deletes all rounds of a run.</summary>
    public static void DeleteAll(SqliteConnection connection, long run)
    {
        foreach (string table in new[] { "optimizer_states", "parameters", "refusals", "participants", "rounds" })
        {
            connection.Execute($"DELETE FROM {table} WHERE run = ?1", run);
        }
    }

    public static void InsertParameters(SqliteConnection connection, long run, int round, ReadOnlyMemory<byte> parameters) => connection.Execute(
        "INSERT INTO parameters(run, round, digest, bytes) VALUES (?1, ?2, ?3, ?4)", run, round, SHA256.HashData(parameters.Span), parameters);

    /// <summary>Sets the evaluation of a round that has none.</summary>
    public static bool TrySetEvaluation(SqliteConnection connection, long run, int round, EvaluationRecord evaluation) => connection.Execute(
        """
        UPDATE rounds SET evaluation_samples = ?3, evaluation_accuracy = ?4, evaluation_loss = ?5, evaluation_per_class = ?6, evaluation_confusion = ?7
        WHERE run = ?1 AND round = ?2 AND evaluation_samples IS NULL
        """,
        run, round, evaluation.Samples, evaluation.Accuracy, evaluation.Loss, TrainingRows.Json(evaluation.PerClassAccuracy), TrainingRows.Json(evaluation.Confusion)) == 1;

    /// <summary>Keeps what the optimizer remembers after the round, in place of what it remembered before.</summary>
    public static void SetOptimizerState(SqliteConnection connection, long run, RoundRecord round)
    {
        if (round.OptimizerState is { } state)
        {
            connection.Execute("INSERT OR REPLACE INTO optimizer_states VALUES (?1, ?2, ?3, ?4)", run, round.Round, SHA256.HashData(state.Span), state);
        }
    }

    private static void InsertParticipants(SqliteConnection connection, long run, RoundRecord round)
    {
        using SqliteCommand command = connection.Command("INSERT INTO participants VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", run, round.Round, 0, "", 0L, null, null, 0L);
        for (int i = 0; i < round.Participants.Count; i++)
        {
            ParticipantRecord participant = round.Participants[i];
            command.Bind(2, i, participant.WorkerId, participant.Samples, participant.Loss, participant.Accuracy, participant.TrainingTime.Ticks);
            command.ExecuteNonQuery();
        }
    }

    private static void InsertRefusals(SqliteConnection connection, long run, RoundRecord round)
    {
        for (int i = 0; i < round.Refusals.Count; i++)
        {
            RefusalRecord refusal = round.Refusals[i];
            connection.Execute("INSERT INTO refusals VALUES (?1, ?2, ?3, ?4, ?5, ?6)", run, round.Round, i, refusal.WorkerId, refusal.Reason, refusal.Text);
        }
    }
}
