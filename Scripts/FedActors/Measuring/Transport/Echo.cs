using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Answers with what it is told.</summary>
internal sealed class Echo : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        context.Respond(message);
        return ValueTask.CompletedTask;
    }
}
