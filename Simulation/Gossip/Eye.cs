using FedActors.Actors;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.Simulation.Gossip;

/// <summary>Asks the peer of its node what it is at, or to remove another, as the commands for people do.</summary>
/// <param name="peer">The peer.</param>
/// <param name="seen">Told of the answer.</param>
/// <param name="removed">Told what came of a removal that the peer was asked for.</param>
internal sealed class Eye(ActorRef peer, Action<PeerStatus> seen, Action<RemovePeerReply> removed) : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (message is GossipState state)
        {
            seen(state.Status);
        }
        else if (message is RemovePeerReply reply)
        {
            removed(reply);
        }
        else
        {
            context.Tell(peer, message);
        }

        return ValueTask.CompletedTask;
    }
}
