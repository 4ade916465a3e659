using FedActors.Actors.Remoting;
using FedActors.Simulation.Network;

namespace FedActors.Simulation.Schedules;

/// <summary>One run and all that will go wrong with it: everything follows from the seed.</summary>
public abstract record Schedule
{
    /// <summary>Decides everything.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Rounds to train.</summary>
    public required int Rounds { get; init; }

    /// <summary>Messages that a mailbox holds.</summary>
    public required int MailboxCapacity { get; init; }

    /// <summary>Bytes that wait for one node at most.</summary>
    public int MaxQueuedBytes { get; init; } = RemotingLimits.Default.MaxQueuedBytes;

    /// <summary>The network when nothing is wrong with it.</summary>
    public required PathConditions Network { get; init; }

    /// <summary>What goes wrong, by time.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>The machines of everybody who belongs to the run.</summary>
    public abstract IEnumerable<string> Hosts { get; }

    /// <summary>What is special about it, in a few words for people.</summary>
    public abstract string Description { get; }
}
