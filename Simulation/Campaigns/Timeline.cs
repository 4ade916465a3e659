using System.Globalization;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Campaigns;

/// <summary>What happened in a schedule, as lines for people.</summary>
public static class Timeline
{
    /// <summary>The schedule, its last lines, and how it ended.</summary>
    /// <param name="result">A result with lines.</param>
    /// <param name="lines">How many of the last lines; those before a violation are what led to it.</param>
    public static IEnumerable<string> Of(ScheduleResult result, int lines)
    {
        ArgumentNullException.ThrowIfNull(result);
        Schedule schedule = result.Schedule;
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"seed {schedule.Seed}: {schedule.Description}, {schedule.Rounds} rounds, {schedule.Faults.Count} faults");
        foreach (Fault fault in schedule.Faults)
        {
            yield return $"  {fault}";
        }

        int skipped = Math.Max(0, result.Lines.Count - lines);
        if (skipped > 0)
        {
            yield return $"  ({skipped} lines before these)";
        }

        foreach (TraceLine line in result.Lines.Skip(skipped))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{line.Time.TotalSeconds,10:0.0000} s  {line.Where,-10}  {line.What}");
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Committed} rounds in {result.Time.TotalSeconds:0.0} s of virtual time and {result.Steps} events, trace {result.TraceHash:x16}");
        yield return result.Violation is { } violation ? $"VIOLATION  {violation}" : "no violation";
    }
}
