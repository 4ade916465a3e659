using FedActors.Actors.Cells;

namespace FedActors.Actors;

/// <summary>Stands for an actor of this node that is not there (any more). What is sent to it becomes a dead letter.</summary>
internal sealed class NobodyRef(ActorSystem system, ActorPath path) : ActorRef(system)
{
    public override ActorPath Path { get; } = path;

    internal override DeliveryResult Offer(in Envelope envelope) => DeliveryResult.NoSuchActor;

    internal override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken) =>
        ValueTask.FromResult(DeliveryResult.NoSuchActor);

    internal override void SendSystem(SystemMessage message)
    {
        if (message is SystemMessage.Watch watch)
        {
            watch.Watcher.SendSystem(new SystemMessage.WatchedEnded(this, TerminationReason.NotFound));
        }
    }
}
