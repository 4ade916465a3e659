using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>Says what an actor's instance says last. What finds no room waits for it longer than the instance lives: nobody says it again.</summary>
internal static class LastWords
{
    /// <summary>Tells, now or as soon as there is room. The wait ends with the other's node at the latest, whose loss says the same.</summary>
    public static void Tell(ActorRef actor, object message, ActorRef self) => _ = actor.TellAsync(message, self).AsTask();
}
