namespace FedActors.Storage.Gossip;

/// <summary>What is different in a peer's state since it was last saved.</summary>
public sealed record StateChange
{
    /// <summary>Keys that are there no more; one that never was is no fault.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Parts that are new or in the place of what their keys held; done after the removals.</summary>
    public IReadOnlyList<StatePart> Parts { get; init; } = [];

    /// <summary>A round's metrics, if a round is part of the change.</summary>
    public PeerMetrics? Metrics { get; init; }
}

/// <summary>One piece of a peer's state. To the store both sides of it are bytes, which nobody may change any more.</summary>
/// <param name="Key">Unique within the peer's state; at most <see cref="MaxKeyLength"/> characters.</param>
/// <param name="Head">What describes it; small.</param>
/// <param name="Body">What it holds, of any size; null if it has none.</param>
public sealed record StatePart(string Key, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte>? Body = null)
{
    /// <summary>Longest key in characters: a replicated key, and a word before it that says what kind of part it is.</summary>
    public const int MaxKeyLength = 320;
}
