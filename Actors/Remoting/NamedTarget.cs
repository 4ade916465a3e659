namespace FedActors.Actors.Remoting;

/// <summary>An actor of this node as the other side names it, and who bears the name, as far as was last seen.</summary>
internal sealed class NamedTarget(ActorSystem system, ActorPath path)
{
    private ActorRef _bearer = system.ResolveLocal(path);

    /// <summary>Who bore the name when it was last looked for.</summary>
    public ActorRef Bearer => _bearer;

    /// <summary>Offers an envelope to whoever bears the name now: an actor may have ended, and another have come.</summary>
    /// <param name="envelope">What to deliver.</param>
    /// <param name="isAwaited">Whether somebody is likely to wait for whoever gets it.</param>
    /// <param name="target">Who it was offered to.</param>
    public DeliveryResult Offer(in Envelope envelope, bool isAwaited, out ActorRef target)
    {
        target = _bearer;
        DeliveryResult result = isAwaited ? target.OfferAwaited(envelope) : target.Offer(envelope);
        if (result != DeliveryResult.NoSuchActor)
        {
            return result;
        }

        ActorRef now = system.ResolveLocal(path);
        if (now == target)
        {
            return result;
        }

        target = _bearer = now;
        return now.Offer(envelope);
    }
}
