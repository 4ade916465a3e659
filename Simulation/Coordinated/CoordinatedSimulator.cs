using FedActors.Actors.Serialization;
using FedActors.FL.Protocol;

namespace FedActors.Simulation.Coordinated;

/// <summary>Runs schedules of coordinated mode. One instance runs one at a time.</summary>
public sealed class CoordinatedSimulator
{
    private readonly SimulatedSites _sites = new();
    private readonly MessageRegistry _registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build();
    private readonly CoordinatedParts _parts;

    /// <summary>Creates a simulator.</summary>
    /// <param name="parts">What nodes are made of; null for what is shipped.</param>
    public CoordinatedSimulator(CoordinatedParts? parts = null) => _parts = parts ?? new CoordinatedParts();

    /// <summary>Runs a schedule to its end, or to the first violation.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="keepsLines">Whether to keep what happens as lines for people.</param>
    public ScheduleResult Run(CoordinatedSchedule schedule, bool keepsLines = false)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return new CoordinatedWorld(schedule, _sites, _registry, _parts, keepsLines).Run();
    }
}
