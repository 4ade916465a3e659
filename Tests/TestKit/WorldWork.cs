using FedActors.Actors;

namespace FedActors.Tests.TestKit;

/// <summary>Has actors of the tests do something on their own turn.</summary>
public static class WorldWork
{
    /// <summary>Tells an actor that understands <see cref="Work"/> what to do, and lets it happen.</summary>
    public static void Do(this ActorWorld world, ActorRef target, Action<ActorContext> work) => world.Tell(target, new Work(work));
}

/// <summary>Something to do on the turn of an actor that understands it.</summary>
public sealed record Work(Action<ActorContext> Do);
