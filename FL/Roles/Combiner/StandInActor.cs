using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>A worker's place at the provider: the provider knows the worker by it, and what it is told there its combiner hears.</summary>
internal sealed class StandInActor(string worker) : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        FromAbove heard = new(worker, context.Self, message, Senders.IsGenuine(context) ? context.Sender : null);
        return context.Parent!.TellAsync(heard, context.Self, context.Stopping);
    }
}

/// <summary>What a stand-in was told.</summary>
/// <param name="WorkerId">For whom it stands.</param>
/// <param name="StandIn">It.</param>
/// <param name="Message">The message.</param>
/// <param name="Sender">Who sent it; null where that is a lie.</param>
internal sealed record FromAbove(string WorkerId, ActorRef StandIn, object Message, ActorRef? Sender);
