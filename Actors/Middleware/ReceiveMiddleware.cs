namespace FedActors.Actors.Middleware;

/// <summary>Handles an envelope on its way from the mailbox to the actor's behaviour.</summary>
public delegate ValueTask ReceiveHandler(ActorContext context, Envelope envelope);

/// <summary>Wraps the handling of messages. Called once when an actor is made, not for each message.</summary>
/// <param name="next">What comes further in. Not calling it drops the message; calling it with another envelope transforms it.</param>
public delegate ReceiveHandler ReceiveMiddleware(ReceiveHandler next);
