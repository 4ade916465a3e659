namespace FedActors.Actors;

/// <summary>A message that reached nobody.</summary>
/// <param name="Target">Whom it was for.</param>
/// <param name="Message">What was said.</param>
/// <param name="Sender">By whom, or null.</param>
/// <param name="Reason">Why it was not delivered.</param>
public sealed record DeadLetter(ActorRef Target, object Message, ActorRef? Sender, DeadLetterReason Reason);

/// <summary>Why a message reached nobody.</summary>
public enum DeadLetterReason
{
    /// <summary>The actor has stopped or never was.</summary>
    NoSuchActor,

    /// <summary>Its mailbox, or the queue towards its node, was full.</summary>
    Full,

    /// <summary>A full mailbox dropped its oldest message for a newer one.</summary>
    DroppedOldest,

    /// <summary>It was still in the mailbox when the actor stopped.</summary>
    Stopped,

    /// <summary>The actor's node was not connected, or the connection broke before the message was sent.</summary>
    Unreachable,

    /// <summary>The encoded message was over the size limit.</summary>
    TooLarge,

    /// <summary>The message's type is not in the registry, so it cannot leave the process.</summary>
    NotRegistered,

    /// <summary>A message was to be answered and had no sender.</summary>
    NoSender,

    /// <summary>The message had to write itself anew, for another connection than it was told over, and failed.</summary>
    NotWrittenAnew,
}
