using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Acknowledges large messages, and gives back the memory of those that own it.</summary>
internal sealed class ModelSink : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        (message as Model)?.Owner?.Dispose();
        context.Respond(new Ball(0));
        return ValueTask.CompletedTask;
    }
}
