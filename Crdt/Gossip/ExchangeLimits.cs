namespace FedActors.Crdt.Gossip;

/// <summary>Bounds of what neighbours can make a replica hold, send or wait for.</summary>
public sealed record ExchangeLimits
{
    /// <summary>Bytes of a body that travel in one message. A part of the protocol, since both ends cut bodies in the same places: 256 KiB is long enough to be cheap, short enough to repeat.</summary>
    public const int ChunkBytes = 256 * 1024;

    /// <summary>The defaults.</summary>
    public static ExchangeLimits Default { get; } = new();

    /// <summary>Most bytes of a body that travels with its header. Asking for it would cost about as much as a body that a second neighbour sends in vain.</summary>
    public const int MaxSmallBodyBytes = 1_024;

    /// <summary>Most small bodies in one digest: together one chunk.</summary>
    public const int MaxSmallBodies = ChunkBytes / MaxSmallBodyBytes;

    /// <summary>Keys in one digest, and in the map as far as others fill it. At about 50 bytes a key, a digest of some 3 MB.</summary>
    public int MaxKeys { get; init; } = 65_536;

    /// <summary>Counter slots in one digest, and in the counter. One for each life of each replica.</summary>
    public int MaxCounterSlots { get; init; } = 65_536;

    /// <summary>Receipts in one digest, over all tombstones. A roster's size times the tombstones that wait; as many as keys, and more wait for the next exchange.</summary>
    public int MaxReceipts { get; init; } = 262_144;

    /// <summary>Chunks wanted in one message, and outstanding from one neighbour.</summary>
    public int MaxWants { get; init; } = 1_024;

    /// <summary>Bytes outstanding from one neighbour. Sixteen chunks fill a fast link over a long way and keep a slow one's queue short.</summary>
    public int WindowBytes { get; init; } = 16 * ChunkBytes;

    /// <summary>Bytes up to which this replica sends a body with its header, unasked; at most <see cref="MaxSmallBodyBytes"/>.</summary>
    public int SmallBodyBytes { get; init; } = MaxSmallBodyBytes;

    /// <summary>Bytes of one body. As large as the largest message, and far above the models of the present kinds.</summary>
    public int MaxBodyBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Bytes of a body that is hashed and judged at once, in one input's turn. A larger one is judged by <see cref="JudgeBody"/>. All are judged at once unless it is set.</summary>
    public int MaxBytesJudgedAtOnce { get; init; } = int.MaxValue;

    /// <summary>Bytes of all bodies held or on their way.</summary>
    public long MaxResidentBytes { get; init; } = 1L << 30;

    /// <summary>Bodies on their way or parked. Each costs a record also when its body is small.</summary>
    public int MaxTransfers { get; init; } = 4_096;

    /// <summary>Neighbours connected at one time, as many as connections that a node accepts.</summary>
    public int MaxNeighbours { get; init; } = 10_000;

    /// <summary>How long a question to a neighbour stays the same without an answer. Each is answered once, so that a lost answer is missed for this long; as long as from one exchange to the next.</summary>
    public TimeSpan QuestionTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a neighbour may send nothing of a body before another is asked.</summary>
    public TimeSpan WantTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the parts of a body that nobody sends are kept, to go on from there.</summary>
    public TimeSpan ParkTimeout { get; init; } = TimeSpan.FromMinutes(5);
}
