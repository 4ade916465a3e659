namespace FedActors.Crdt.Gossip;

/// <summary>What replicas say to each other. A closed set.</summary>
public abstract record ExchangeMessage
{
    private protected ExchangeMessage()
    {
    }
}

/// <summary>Opens an exchange: "this is what I hold". A receiver that holds the same says nothing.</summary>
/// <param name="Exchange">The sender's number for this exchange. A digest that answers another is not believed: it may be old. Offers of one number are one question, which is answered once.</param>
/// <param name="Root">The hash of the sender's state.</param>
/// <param name="AlwaysAnswer">Whether to answer with a digest even if the hashes agree.</param>
public sealed record RootOffer(ulong Exchange, ContentHash Root, bool AlwaysAnswer) : ExchangeMessage
{
    /// <summary>What the receiver is not known to have heard, as an answer to the last of its exchanges that the sender knows of; null in a comparison. If it is believed, the hashes need not agree.</summary>
    public StateDigest? News { get; init; }
}

/// <summary>What the sender holds, without bodies, but for small ones that are surely lacking.</summary>
/// <param name="Answers">The receiver's number for this exchange.</param>
/// <param name="Exchange">The sender's number; 0 if no answer is expected.</param>
/// <param name="IsComplete">Whether it tells of all keys. The answer to a complete digest tells only of what that lacks.</param>
/// <param name="Roster">The hash of the sender's roster; the default without one.</param>
/// <param name="Headers">Entries.</param>
/// <param name="Slots">Counter slots.</param>
/// <param name="Receipts">Who has acknowledged which tombstone.</param>
public sealed record StateDigest(
    ulong Answers,
    ulong Exchange,
    bool IsComplete,
    ContentHash Roster,
    IReadOnlyList<EntryHeader> Headers,
    IReadOnlyList<CounterSlot> Slots,
    IReadOnlyList<TombstoneReceipts> Receipts) : ExchangeMessage
{
    /// <summary>Small bodies of the entries that the receiver lacks, whole: they need not be asked for.</summary>
    public IReadOnlyList<BodyChunk> Bodies { get; init; } = [];
}

/// <summary>Asks for chunks of bodies.</summary>
/// <param name="Wants">One for each chunk.</param>
public sealed record BodyWants(IReadOnlyList<BodyWant> Wants) : ExchangeMessage;

/// <summary>One chunk that is asked for.</summary>
/// <param name="Key">A key under which the neighbour has offered the body.</param>
/// <param name="Content">The body's hash.</param>
/// <param name="Offset">Where the chunk begins: a multiple of <see cref="ExchangeLimits.ChunkBytes"/>.</param>
public sealed record BodyWant(string Key, ContentHash Content, int Offset);

/// <summary>A part of a body.</summary>
/// <param name="Content">The body's hash.</param>
/// <param name="BodyBytes">The body's length.</param>
/// <param name="Offset">Where the part begins.</param>
/// <param name="Bytes">The part; copied by the receiver.</param>
public sealed record BodyChunk(ContentHash Content, int BodyBytes, int Offset, ReadOnlyMemory<byte> Bytes) : ExchangeMessage;

/// <summary>A body that was asked for is not here any more.</summary>
/// <param name="Content">Its hash.</param>
public sealed record BodyMissing(ContentHash Content) : ExchangeMessage;
