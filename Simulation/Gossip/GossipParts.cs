using FedActors.Crdt;

namespace FedActors.Simulation.Gossip;

/// <summary>What the simulated peers are made of. A test puts a broken part in, to see that a campaign notices.</summary>
public sealed record GossipParts
{
    /// <summary>Whether disks keep the store's promises.</summary>
    public bool DiskFlushes { get; init; } = true;

    /// <summary>Whether a peer hears which of its versions others have seen.</summary>
    public bool HearsOwnVersions { get; init; } = true;

    /// <summary>Whether tombstones are forgotten before all have acknowledged them.</summary>
    public bool ForgetsAtOnce { get; init; }

    /// <summary>Which of two entries of a key stays; null for the rule that is shipped.</summary>
    public Comparison<Stamp>? Order { get; init; }
}
