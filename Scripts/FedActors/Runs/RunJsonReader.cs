using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Roles;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Reads back what <see cref="RunJson"/> and the started event tell, as far as it is shown.</summary>
internal static class RunJsonReader
{
    public static RunSummary Summary(JsonNode data) => new(
        Text(data["model"]),
        Whole(data["features"]),
        Whole(data["classes"]),
        Whole(data["parameters"]),
        [.. data["sites"]!.AsArray().Select(s => new SiteSummary(Text(s!["worker"]), Text(s["site"]), s["samples"]!.GetValue<long>()))],
        data["evaluation_samples"]!.GetValue<long>());

    public static RoundRecord Round(JsonNode data) => new(
        string.Empty,
        Whole(data["round"]),
        null,
        Text(data["parameter_hash"]),
        Real(data["change"]),
        Real(data["train_loss"]),
        Real(data["train_accuracy"]),
        data["evaluation_samples"] is { } samples ? new EvaluationRecord(samples.GetValue<long>(), Real(data["accuracy"]), Real(data["loss"]), [], []) : null,
        [.. data["participants"]!.AsArray().Select(p => new ParticipantRecord(Text(p!["worker"]), p["samples"]!.GetValue<long>(), Real(p["loss"]), Real(p["accuracy"]), Milliseconds(p["training_ms"])))],
        [.. data["refusals"]!.AsArray().Select(r => new RefusalRecord(Text(r!["worker"]), Text(r["reason"]), Text(r["text"])))],
        [.. data["cohort"]!.AsArray().Select(Text)],
        Whole(data["attempts"]),
        new RoundTimings(Milliseconds(data["total_ms"]), Milliseconds(data["collect_ms"]), Milliseconds(data["slowest_training_ms"]), Milliseconds(data["aggregate_ms"]), Milliseconds(data["evaluate_ms"])),
        data["bytes_sent"]!.GetValue<long>(),
        data["bytes_received"]!.GetValue<long>(),
        DateTimeOffset.Parse(Text(data["committed_at"]), CultureInfo.InvariantCulture))
    {
        UpdateBytes = data["update_bytes"]!.GetValue<long>(),
        BytesSaved = data["bytes_saved"]!.GetValue<long>(),
    };

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static int Whole(JsonNode? node) => node!.GetValue<int>();

    private static double Real(JsonNode? node) => node?.GetValue<double>() ?? double.NaN;

    private static TimeSpan Milliseconds(JsonNode? node) => TimeSpan.FromMilliseconds(Real(node));
}
