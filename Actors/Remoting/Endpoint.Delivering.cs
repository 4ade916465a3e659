namespace FedActors.Actors.Remoting;

/// <content>From a message that has arrived to its target's mailbox.</content>
internal sealed partial class Endpoint
{
    /// <summary>Delivers a message that arrived, or sets it aside where its target's mailbox is full.</summary>
    /// <param name="target">For whom it is.</param>
    /// <param name="envelope">The message.</param>
    /// <param name="bytes">What it took on its way.</param>
    /// <param name="isOnly">Whether nothing else has arrived, so that who gets it may run next on this thread.</param>
    /// <param name="cancellationToken">Ends the wait for others that are set aside.</param>
    /// <returns>What to wait for before the message has arrived, or null if it has.</returns>
    public Task? Deliver(ActorRef target, in Envelope envelope, int bytes, bool isOnly, CancellationToken cancellationToken) =>
        FinishDelivery(target, isOnly ? target.OfferAwaited(envelope) : target.Offer(envelope), envelope, bytes, cancellationToken);

    /// <inheritdoc cref="Deliver(ActorRef, in Envelope, int, bool, CancellationToken)"/>
    public Task? Deliver(NamedTarget named, in Envelope envelope, int bytes, bool isOnly, CancellationToken cancellationToken)
    {
        DeliveryResult result = named.Offer(envelope, isOnly, out ActorRef target);
        return FinishDelivery(target, result, envelope, bytes, cancellationToken);
    }

    /// <summary>There is room again for large messages from there.</summary>
    public void OnRoom() => _link?.OnRoom();

    private Task? FinishDelivery(ActorRef target, DeliveryResult result, in Envelope envelope, int bytes, CancellationToken cancellationToken)
    {
        if (result == DeliveryResult.Full && target is LocalActorRef { Cell.StandsStill: false } local)
        {
            ValueTask waiting = _setAside.AddAsync(local, envelope, bytes, cancellationToken);
            return waiting.IsCompletedSuccessfully ? null : waiting.AsTask();
        }

        if (result != DeliveryResult.Accepted)
        {
            System.DeadLetters.Publish(target, envelope, result);
        }

        return null;
    }
}
