using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Worlds;

/// <summary>One machine of a run with whatever runs on it.</summary>
internal abstract class WorldNode(SimulatedHost host)
{
    public SimulatedHost Host { get; } = host;

    public string Name => Host.Name;

    /// <summary>The process that runs, or the last that did.</summary>
    public SimulatedProcess? Process { get; set; }

    /// <summary>Stands before the process's actors.</summary>
    public Interference? Interference { get; set; }

    /// <summary>The role's actor.</summary>
    public ActorRef? Actor { get; set; }

    /// <summary>Messages that the role's mailbox is to hold.</summary>
    public int MailboxCapacity { get; set; } = MailboxOptions.DefaultCapacity;

    /// <summary>Bytes of the largest message that is told from here.</summary>
    public int LargestMessage { get; init; } = 8 * 1024;

    /// <summary>The process's actors.</summary>
    public ActorSystem? System { get; set; }

    public bool IsAlive => Process is { IsAlive: true };
}
