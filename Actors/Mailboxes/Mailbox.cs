namespace FedActors.Actors.Mailboxes;

/// <summary>The user lane of an actor: many writers, one reader, bounded, first in first out for each writer.</summary>
internal abstract class Mailbox
{
    /// <summary>Messages waiting now.</summary>
    public abstract int Count { get; }

    /// <summary>Adds a message, or says why not, without waiting.</summary>
    public abstract DeliveryResult Offer(in Envelope envelope);

    /// <summary>Adds a message, waiting for room where the full mode allows it.</summary>
    public abstract ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken);

    /// <summary>Takes the next message. Called only by the actor's own drain loop.</summary>
    public abstract bool TryTake(out Envelope envelope);

    /// <summary>Refuses all further messages; those inside can still be taken. Writers that wait are refused.</summary>
    public abstract void Close();
}
