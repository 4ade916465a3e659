namespace FedActors.Actors.Remoting;

/// <summary>What was sent in one piece: a batch of frames, or a large message that travelled as a stream.</summary>
/// <param name="Batch">The batch, or null.</param>
/// <param name="Bulk">The large message, or null.</param>
internal readonly record struct SentItem(OutboxBatch? Batch, BulkMessage? Bulk)
{
    /// <summary>How far it moves the count of what has arrived.</summary>
    public int Count => Batch?.Count ?? 1;

    /// <summary>What it takes here until it has arrived.</summary>
    public int HeldBytes => Batch?.HeldBytes ?? Bulk!.Length;

    public IEnumerable<(RemoteActorRef Target, Envelope Envelope)> Messages => Batch?.Messages ?? [(Bulk!.Target, Bulk.Envelope)];
}
