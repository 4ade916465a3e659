using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Schedules;

namespace FedActors.Scripts.Simulating;

/// <summary>Runs one schedule again and tells what happened. One that fails is made smaller first, unless all of it is wanted.</summary>
internal static class ScheduleReplay
{
    public static CommandResult Run(ISimulator simulator, string mode, ulong seed, int lines, bool asDrawn)
    {
        ScheduleResult whole = simulator.Run(simulator.Draw(seed));
        ScheduleResult shown = whole.Violation is null || asDrawn ? whole : Minimiser.Minimise(simulator, whole);
        shown = simulator.Run(shown.Schedule, keepsLines: true);
        return new CommandResult
        {
            Data = Json(mode, whole, shown, lines),
            Text = output =>
            {
                if (shown.Schedule.Faults.Count < whole.Schedule.Faults.Count)
                {
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"of the {whole.Schedule.Faults.Count} faults of seed {seed} it takes {shown.Schedule.Faults.Count} (the whole schedule leaves the trace {whole.TraceHash:x16}):"));
                }

                foreach (string line in Timeline.Of(shown, lines))
                {
                    output.WriteLine(line);
                }
            },
            ExitCode = whole.Violation is null ? ExitCode.Ok : ExitCode.RunFailed,
            ErrorCode = whole.Violation is null ? null : "violation",
            Message = whole.Violation?.ToString(),
        };
    }

    /// <summary>A failing schedule, for programs.</summary>
    public static JsonObject Failure(ScheduleResult result) => new()
    {
        ["seed"] = result.Schedule.Seed,
        ["invariant"] = result.Violation!.Invariant,
        ["at_seconds"] = result.Violation.At.TotalSeconds,
        ["text"] = result.Violation.Text,
        ["faults"] = new JsonArray([.. result.Schedule.Faults.Select(fault => JsonValue.Create(fault.ToString()))]),
    };

    private static JsonObject Json(string mode, ScheduleResult whole, ScheduleResult shown, int lines) => new()
    {
        ["mode"] = mode,
        ["seed"] = whole.Schedule.Seed,
        ["trace"] = whole.TraceHash.ToString("x16", CultureInfo.InvariantCulture),
        ["rounds"] = whole.Schedule.Rounds,
        ["committed"] = whole.Committed,
        ["virtual_seconds"] = whole.Time.TotalSeconds,
        ["events"] = whole.Steps,
        ["violation"] = whole.Violation is null ? null : Failure(shown),
        ["faults"] = new JsonArray([.. whole.Schedule.Faults.Select(fault => JsonValue.Create(fault.ToString()))]),
        ["timeline"] = new JsonArray([.. Timeline.Of(shown, lines).Select(line => JsonValue.Create(line))]),
    };
}
