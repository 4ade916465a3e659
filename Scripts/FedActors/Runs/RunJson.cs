using System.Text.Json.Nodes;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Runs and rounds as programs read them. Durations are milliseconds; what is not a number is null.</summary>
internal static class RunJson
{
    public static JsonObject Run(RunRecord run, string state) => new()
    {
        ["run_id"] = run.Id,
        ["mode"] = RunMode.Of(run),
        ["scenario"] = RunScenario.NameOf(run),
        ["status"] = state,
        ["reason"] = run.Reason,
        ["seed"] = run.Seed,
        ["rounds"] = run.Rounds,
        ["committed_rounds"] = run.CommittedRounds,
        ["started_at"] = Time(run.StartedAt),
        ["ended_at"] = run.EndedAt is { } ended ? Time(ended) : null,
        ["fingerprint"] = run.Fingerprint,
    };

    public static JsonObject Round(RoundRecord round) => new()
    {
        ["round"] = round.Round,
        ["parameter_hash"] = round.ParameterHash,
        ["accuracy"] = Number(round.Evaluation?.Accuracy),
        ["loss"] = Number(round.Evaluation?.Loss),
        ["per_class_accuracy"] = round.Evaluation is { } e ? List(e.PerClassAccuracy, x => Number(x)) : null,
        ["confusion"] = round.Evaluation is { } c ? List(c.Confusion, x => (JsonNode)x) : null,
        ["evaluation_samples"] = round.Evaluation?.Samples,
        ["train_accuracy"] = Number(round.TrainAccuracy),
        ["train_loss"] = Number(round.TrainLoss),
        ["change"] = Number(round.ChangeNorm),
        ["cohort"] = List(round.Cohort, x => (JsonNode)x),
        ["participants"] = List(round.Participants, Participant),
        ["refusals"] = List(round.Refusals, Refusal),
        ["attempts"] = round.Attempts,
        ["bytes_sent"] = round.BytesSent,
        ["bytes_received"] = round.BytesReceived,
        ["update_bytes"] = round.UpdateBytes,
        ["bytes_saved"] = round.BytesSaved,
        ["total_ms"] = round.Timings.Total.TotalMilliseconds,
        ["collect_ms"] = round.Timings.Collect.TotalMilliseconds,
        ["slowest_training_ms"] = round.Timings.SlowestTraining.TotalMilliseconds,
        ["aggregate_ms"] = round.Timings.Aggregate.TotalMilliseconds,
        ["evaluate_ms"] = round.Timings.Evaluate.TotalMilliseconds,
        ["committed_at"] = Time(round.CommittedAt),
    };

    public static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> map) => [.. items.Select(map)];

    /// <summary>JSON has no way to write what is not a number.</summary>
    public static JsonNode? Number(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static JsonObject Participant(ParticipantRecord participant) => new()
    {
        ["worker"] = participant.WorkerId,
        ["samples"] = participant.Samples,
        ["loss"] = Number(participant.Loss),
        ["accuracy"] = Number(participant.Accuracy),
        ["training_ms"] = participant.TrainingTime.TotalMilliseconds,
    };

    private static JsonObject Refusal(RefusalRecord refusal) => new()
    {
        ["worker"] = refusal.WorkerId,
        ["reason"] = refusal.Reason,
        ["text"] = refusal.Text,
    };

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}
