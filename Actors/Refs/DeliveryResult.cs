namespace FedActors.Actors;

/// <summary>What became of an envelope that was offered to an actor.</summary>
internal enum DeliveryResult
{
    /// <summary>It is in the mailbox, or in the queue towards the actor's node.</summary>
    Accepted,

    /// <summary>The mailbox, or the queue towards the node, has no room.</summary>
    Full,

    /// <summary>The actor has stopped or never was.</summary>
    NoSuchActor,

    /// <summary>The actor's node is not connected.</summary>
    Unreachable,

    /// <summary>The encoded message is over the size limit.</summary>
    TooLarge,

    /// <summary>The message's type is not in the registry, so it cannot leave the process.</summary>
    NotRegistered,
}
