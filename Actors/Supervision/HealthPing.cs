namespace FedActors.Actors.Supervision;

/// <summary>Asks an actor whether it still gets through its mailbox. The runtime answers for every actor, on the actor's turn.</summary>
public sealed record HealthPing
{
    /// <summary>The message.</summary>
    public static HealthPing Instance { get; } = new();
}

/// <summary>Answers <see cref="HealthPing"/>.</summary>
/// <param name="Actor">Who is alive.</param>
public sealed record HealthAck(ActorRef Actor);
