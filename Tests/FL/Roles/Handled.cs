using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

/// <summary>Awaits that an actor has handled all that it was told before.</summary>
internal static class Handled
{
    public static Task By(ActorRef actor) => actor.AskAsync<HealthAck>(HealthPing.Instance, Eventually.Limit);
}
