using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>How to make what tools ask on a running node.</summary>
public static class ObservingRoles
{
    /// <summary>The name under which tools look for it, on every node.</summary>
    public const string ActorsName = "actors";

    /// <summary>Tells which actors live on its node.</summary>
    public static Props Actors() => Props.Create(() => new ActorTreeActor());
}
