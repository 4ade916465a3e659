using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>A combiner that registered.</summary>
/// <param name="actor">It.</param>
/// <param name="id">Its name.</param>
/// <param name="incarnation">Of its node.</param>
internal sealed class RegisteredCombiner(ActorRef actor, string id, long incarnation)
{
    public ActorRef Actor { get; } = actor;

    public string Id { get; } = id;

    public long Incarnation { get; } = incarnation;

    /// <summary>Whether it is the very one that registers again.</summary>
    public bool Is(ActorRef actor, long incarnation) => Actor.Equals(actor) && Incarnation == incarnation;

    /// <summary>Hash of the parameters that it was given last.</summary>
    public string? ModelHash { get; set; }
}
