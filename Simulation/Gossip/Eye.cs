using FedActors.Actors;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.Simulation.Gossip;

/// <summary>Asks the peer of its node what it is at, as the command for people does.</summary>
/// <param name="peer">The peer.</param>
/// <param name="seen">Told of the answer.</param>
internal sealed class Eye(ActorRef peer, Action<PeerStatus> seen) : Actor
{
    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (message is GossipState state)
        {
            seen(state.Status);
        }
        else
        {
            context.Tell(peer, message);
        }

        return ValueTask.CompletedTask;
    }
}
