namespace FedActors.Actors;

/// <summary>How an actor handles a message. <see cref="ActorContext.Become"/> replaces it.</summary>
public delegate ValueTask Behaviour(ActorContext context, object message);
