using FedActors.Actors.Mailboxes;
using FedActors.Actors.Supervision;
using FedActors.FL.Rounds;
using FedActors.Storage.Residuals;

namespace FedActors.Simulation.Coordinated;

/// <summary>What the simulated nodes are made of. A test puts a broken part in, to see that a campaign notices.</summary>
public sealed record CoordinatedParts
{
    /// <summary>Stands something around a worker's residuals.</summary>
    public Func<IResidualStore, IResidualStore> Residuals { get; init; } = static store => store;

    /// <summary>Whether the provider's disk keeps the store's promises.</summary>
    public bool DiskFlushes { get; init; } = true;

    /// <summary>Stands something around the round machine.</summary>
    public Func<IRoundMachine, IRoundMachine> Machine { get; init; } = static machine => machine;

    /// <summary>Stands something around the provider's clock.</summary>
    public Func<TimeProvider, TimeProvider> ProviderClock { get; init; } = static clock => clock;

    /// <summary>Whether a message that an actor sends is lost without a word.</summary>
    public Predicate<object> Loses { get; init; } = static _ => false;

    /// <summary>Whether combiners go on counting what counted before their provider was another one.</summary>
    public bool CombinersKeepCounts { get; init; }

    /// <summary>Whether members that have no provider try again after a time.</summary>
    public bool MembersRegisterAgain { get; init; } = true;

    /// <summary>The mailbox that a role gets instead of the one that it ought to have.</summary>
    public Func<MailboxOptions, MailboxOptions> Mailbox { get; init; } = static mailbox => mailbox;

    /// <summary>What happens when a top actor fails.</summary>
    public SupervisorStrategy Supervisor { get; init; } = SupervisorStrategy.OneForOne;
}
