namespace FedActors.Actors;

/// <summary>A message on its way: what is said, by whom, and what travels beside it.</summary>
/// <param name="Message">The message. It is shared once sent, so nothing may change it any more.</param>
/// <param name="Sender">Whom to answer, or null.</param>
/// <param name="Headers">What travels beside the message, or null for nothing.</param>
public readonly record struct Envelope(object Message, ActorRef? Sender = null, MessageHeaders? Headers = null);
