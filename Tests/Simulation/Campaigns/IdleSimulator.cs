using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>Runs schedules in which nothing happens, where something ought to.</summary>
/// <param name="ran">Called for each.</param>
internal sealed class IdleSimulator(Action? ran = null) : ISimulator
{
    public IReadOnlyList<string> Required => ["fault Crash", "fault Never"];

    public Schedule Draw(ulong seed) => CoordinatedSchedule.Draw(seed);

    public ScheduleResult Run(Schedule schedule, bool keepsLines = false)
    {
        ran?.Invoke();
        Coverage coverage = new();
        coverage.Hit("fault Crash");
        return new ScheduleResult(schedule, null, schedule.Seed, TimeSpan.Zero, 1, 0, coverage, []);
    }
}
