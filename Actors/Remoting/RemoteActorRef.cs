using FedActors.Actors.Cells;

namespace FedActors.Actors.Remoting;

/// <summary>Reaches an actor of another node, over whatever connection there is.</summary>
internal sealed class RemoteActorRef(Endpoint endpoint, ActorPath path) : ActorRef
{
    public override ActorPath Path { get; } = path;

    /// <summary>A reference made by address learns its node's id when the node is connected.</summary>
    internal override ActorPath WirePath => Path with { Node = endpoint.Node ?? Path.Node };

    internal override ActorSystem System => endpoint.System;

    /// <summary>State towards the actor's node.</summary>
    internal Endpoint Endpoint => endpoint;

    internal override DeliveryResult Offer(in Envelope envelope) => endpoint.Offer(this, envelope);

    internal override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken) =>
        endpoint.OfferAsync(this, envelope, cancellationToken);

    internal override void FailQuestion(AskFailedException failure)
    {
        if (Path.Name.StartsWith(PromiseRef.NamePrefix, StringComparison.Ordinal))
        {
            endpoint.TellAskFailed(Path, failure.Message);
        }
    }

    internal override void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.Watch watch:
                endpoint.Watch(this, watch.Watcher);
                break;
            case SystemMessage.Unwatch unwatch:
                endpoint.Unwatch(this, unwatch.Watcher);
                break;
            case SystemMessage.WatchedEnded ended:
                endpoint.TellEnded(ended.Watched, this, ended.Reason);
                break;
            default:
                throw new InvalidOperationException($"{message.GetType().Name} cannot be sent to {Path}, an actor of another node.");
        }
    }
}
