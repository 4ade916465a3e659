using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Crdt;
using FedActors.FL.Gossip;

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

    /// <summary>Stands something around what decides a peer's learning.</summary>
    public Func<ILearningMachine, ILearningMachine> Machine { get; init; } = static machine => machine;

    /// <summary>The mailbox that a peer gets instead of the one that it ought to have.</summary>
    public Func<MailboxOptions, MailboxOptions> Mailbox { get; init; } = static mailbox => mailbox;

    /// <summary>The limits that nodes get instead of those that they ought to keep.</summary>
    public Func<RemotingLimits, RemotingLimits> Limits { get; init; } = static limits => limits;

    /// <summary>Which of two entries of a key stays; null for the rule that is shipped.</summary>
    public Comparison<Stamp>? Order { get; init; }
}
