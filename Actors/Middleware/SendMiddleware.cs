namespace FedActors.Actors.Middleware;

/// <summary>Sees an envelope before it is offered to its target.</summary>
/// <returns>False drops the message.</returns>
public delegate bool SendHandler(ActorRef target, ref Envelope envelope);

/// <summary>Wraps the sending of messages. Called once when the system is made, not for each message.</summary>
/// <param name="next">What comes further on. Not calling it and returning false drops the message; changing the envelope transforms it.</param>
public delegate SendHandler SendMiddleware(SendHandler next);
