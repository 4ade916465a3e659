using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Schedules;

/// <summary>What became of a schedule.</summary>
/// <param name="Schedule">The schedule.</param>
/// <param name="Violation">The first thing that must never happen and did, or null.</param>
/// <param name="TraceHash">Equal for equal runs.</param>
/// <param name="Time">Virtual time that it took.</param>
/// <param name="Steps">Events that it took.</param>
/// <param name="Committed">Rounds that were committed, or that the peers have closed.</param>
/// <param name="Coverage">What it reached.</param>
/// <param name="Lines">What happened, if that was kept.</param>
public sealed record ScheduleResult(
    Schedule Schedule,
    Violation? Violation,
    ulong TraceHash,
    TimeSpan Time,
    long Steps,
    int Committed,
    Coverage Coverage,
    IReadOnlyList<TraceLine> Lines);
