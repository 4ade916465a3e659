using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>Holds who a message says it is from against where it came from.</summary>
internal static class Senders
{
    /// <summary>Whether the sender lives on the node over whose connection the message came. A local message has no connection to lie about.</summary>
    public static bool IsGenuine(ActorContext context) =>
        context.Headers.Origin is not { } origin || context.Sender?.Path.Node == origin;
}
