using FedActors.Actors;

namespace FedActors.Examples.Guide;

/// <summary>Opens accounts by name.</summary>
internal sealed class Branch : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        context.Respond(context.Spawn(Props.Create(() => new Account()), (string)message));
        return ValueTask.CompletedTask;
    }
}
