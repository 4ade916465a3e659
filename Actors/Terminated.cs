namespace FedActors.Actors;

/// <summary>Tells a watcher that an actor has ended, or can no longer be known to live.</summary>
/// <remarks>It is handled before messages that wait in the watcher's mailbox, which may have come from the same actor: it is never refused for want of room.</remarks>
/// <param name="Actor">The watched actor.</param>
/// <param name="Reason">Why.</param>
public sealed record Terminated(ActorRef Actor, TerminationReason Reason);

/// <summary>Why a watched actor is held to have ended.</summary>
public enum TerminationReason
{
    /// <summary>It stopped.</summary>
    Stopped,

    /// <summary>There was no such actor when the watch arrived.</summary>
    NotFound,

    /// <summary>The connection to its node was lost and did not come back within the grace.</summary>
    Unreachable,

    /// <summary>Its node came back as a new incarnation, which has none of the former actors.</summary>
    NodeRestarted,
}
