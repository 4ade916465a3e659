using FedActors.Actors.Serialization;
using FedActors.FL.Protocol;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Gossip;

/// <summary>Runs schedules of gossip mode. One instance runs one at a time.</summary>
public sealed class GossipSimulator : ISimulator
{
    private readonly SimulatedSites _sites = new();
    private readonly MessageRegistry _registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build();
    private readonly GossipParts _parts;

    /// <summary>Creates a simulator.</summary>
    /// <param name="parts">What peers are made of; null for what is shipped.</param>
    public GossipSimulator(GossipParts? parts = null) => _parts = parts ?? new GossipParts();

    /// <inheritdoc/>
    public IReadOnlyList<string> Required => RequiredCoverage.Gossip;

    /// <inheritdoc/>
    public Schedule Draw(ulong seed) => GossipSchedule.Draw(seed);

    /// <inheritdoc/>
    public ScheduleResult Run(Schedule schedule, bool keepsLines = false)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return new GossipWorld((GossipSchedule)schedule, _sites, _registry, _parts, keepsLines).Run();
    }
}
