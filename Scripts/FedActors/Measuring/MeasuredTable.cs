using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring;

/// <summary>What was measured, for people and for programs.</summary>
/// <param name="Subject">What the table is about: <c>mailbox</c>.</param>
/// <param name="Rows">In the order in which they are shown.</param>
/// <param name="Runs">How they were measured.</param>
/// <param name="Notes">Sentences that say what raw is, and what shape the work has.</param>
internal sealed record MeasuredTable(string Subject, IReadOnlyList<MeasuredRow> Rows, InterleavedRuns Runs, IReadOnlyList<string> Notes)
{
    /// <summary>The machine, the settings, and one object for each row. Figures are in the row's unit, unscaled.</summary>
    public JsonObject Json() => new()
    {
        ["subject"] = Subject,
        ["machine"] = new JsonObject
        {
            ["cores"] = Environment.ProcessorCount,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["os"] = RuntimeInformation.OSDescription.Trim(),
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            ["profiling"] = CompilerProfiling.IsOn,
        },
        ["repetitions"] = Runs.Repetitions,
        ["seconds"] = Runs.Time.TotalSeconds,
        ["rows"] = RunJson.List(Rows, RowJson),
        ["notes"] = RunJson.List(Notes, n => (JsonNode)n),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Subject}   {Environment.ProcessorCount} cores   {RuntimeInformation.FrameworkDescription}, profiling {(CompilerProfiling.IsOn ? "on" : "off")}   medians of {Runs.Repetitions} (least to most)");
        var table = new TextTable("workload", "unit", ">ours", "", ">raw", "", ">ours/raw", Rows.Any(row => row.IsMet is not null) ? "target" : string.Empty);
        foreach (MeasuredRow row in Rows)
        {
            Quantity quantity = row.Quantity;
            table.Add(
                quantity.Name.Length == 0 ? row.Name : $"{row.Name}, {quantity.Name}",
                quantity.ScaledUnit ?? quantity.Unit,
                Number(row.Ours.Median / quantity.Scale),
                Range(row.Ours, quantity),
                row.Raw is { } raw ? Number(raw.Median / quantity.Scale) : "-",
                row.Raw is { } spread ? Range(spread, quantity) : string.Empty,
                row.Ratio is { } ratio ? ratio.Median.ToString("0.00", CultureInfo.InvariantCulture) : "-",
                TargetOf(row));
        }

        table.Write(output);
        foreach (string note in Notes)
        {
            output.WriteLine(note);
        }
    }

    private static JsonObject RowJson(MeasuredRow row) => new()
    {
        ["workload"] = row.Name,
        ["quantity"] = row.Quantity.Name,
        ["unit"] = row.Quantity.Unit,
        ["better"] = row.Quantity.Better.ToString().ToLowerInvariant(),
        ["ours"] = SpreadJson(row.Ours),
        ["raw"] = row.Raw is { } raw ? SpreadJson(raw) : null,
        ["ratio"] = row.Ratio is { } ratio ? SpreadJson(ratio) : null,
        ["target"] = row.Quantity.Target is { } target
            ? new JsonObject { ["of"] = target.IsRatio ? "ratio" : "ours", ["figure"] = target.Figure, ["met"] = row.IsMet }
            : null,
    };

    private static JsonObject SpreadJson(Spread spread) => new()
    {
        ["median"] = RunJson.Number(spread.Median),
        ["least"] = RunJson.Number(spread.Least),
        ["most"] = RunJson.Number(spread.Most),
        ["figures"] = RunJson.List(spread.Figures, f => RunJson.Number(f)),
    };

    private static string TargetOf(MeasuredRow row) => row.Quantity.Target is { } target && row.IsMet is { } met
        ? $"{(target.IsRatio ? $"{Number(target.Figure)} of raw" : Number(target.Figure / row.Quantity.Scale))}, {(met ? "met" : "missed")}"
        : string.Empty;

    private static string Range(Spread spread, Quantity quantity) => $"({Number(spread.Least / quantity.Scale)} to {Number(spread.Most / quantity.Scale)})";

    /// <summary>Three figures: a machine repeats no more.</summary>
    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,##0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
