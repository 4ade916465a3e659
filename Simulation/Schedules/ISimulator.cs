namespace FedActors.Simulation.Schedules;

/// <summary>Runs schedules of one mode. One instance runs one at a time.</summary>
public interface ISimulator
{
    /// <summary>What a campaign must have reached to say anything.</summary>
    IReadOnlyList<string> Required { get; }

    /// <summary>Draws the schedule of a seed.</summary>
    Schedule Draw(ulong seed);

    /// <summary>Runs a schedule to its end, or to the first violation.</summary>
    /// <param name="schedule">One of this mode.</param>
    /// <param name="keepsLines">Whether to keep what happens as lines for people.</param>
    ScheduleResult Run(Schedule schedule, bool keepsLines = false);
}
