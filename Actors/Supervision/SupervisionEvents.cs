namespace FedActors.Actors.Supervision;

/// <summary>An actor failed, and its supervisor decided.</summary>
/// <param name="Actor">The failed actor.</param>
/// <param name="Failure">Its failure.</param>
/// <param name="Directive">The decision.</param>
/// <param name="Delay">The wait before a restart.</param>
public sealed record ActorFailed(ActorRef Actor, Exception Failure, Directive Directive, TimeSpan Delay);

/// <summary>An actor has a new instance.</summary>
/// <param name="Actor">The actor; its reference is as before.</param>
/// <param name="Reason">The failure that led to the restart.</param>
public sealed record ActorRestarted(ActorRef Actor, Exception Reason);
