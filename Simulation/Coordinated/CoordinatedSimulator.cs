using FedActors.Actors.Serialization;
using FedActors.FL.Protocol;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Coordinated;

/// <summary>Runs schedules of coordinated mode. One instance runs one at a time.</summary>
public sealed class CoordinatedSimulator : ISimulator
{
    private readonly SimulatedSites _sites = new();
    private readonly MessageRegistry _registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build();
    private readonly CoordinatedParts _parts;

    /// <summary>Creates a simulator.</summary>
    /// <param name="parts">What nodes are made of; null for what is shipped.</param>
    public CoordinatedSimulator(CoordinatedParts? parts = null) => _parts = parts ?? new CoordinatedParts();

    /// <inheritdoc/>
    public IReadOnlyList<string> Required => RequiredCoverage.Coordinated;

    /// <inheritdoc/>
    public Schedule Draw(ulong seed) => CoordinatedSchedule.Draw(seed);

    /// <inheritdoc/>
    public ScheduleResult Run(Schedule schedule, bool keepsLines = false)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return new CoordinatedWorld((CoordinatedSchedule)schedule, _sites, _registry, _parts, keepsLines).Run();
    }
}
