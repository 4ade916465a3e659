namespace FedActors.Crdt;

/// <summary>All that one replica holds and exchanges: a map, a counter, and the clock that stamps shared keys.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class ReplicatedState
{
    /// <summary>Creates an empty state.</summary>
    /// <param name="self">The replica, in this life.</param>
    /// <param name="clock">Its clock, at or above every stamp that it has ever given.</param>
    public ReplicatedState(Member self, HybridLogicalClock? clock = null)
        : this(new LwwMap(self), clock)
    {
    }

    internal ReplicatedState(LwwMap map, HybridLogicalClock? clock)
    {
        Map = map;
        Counter = new PnCounter(map.Self);
        Clock = clock ?? new HybridLogicalClock();
    }

    /// <summary>The replica.</summary>
    public Member Self => Map.Self;

    /// <summary>The entries.</summary>
    public LwwMap Map { get; }

    /// <summary>The counter.</summary>
    public PnCounter Counter { get; }

    /// <summary>The clock.</summary>
    public HybridLogicalClock Clock { get; }

    /// <summary>A hash of everything that replicas should come to agree on, kept as it changes.</summary>
    public ContentHash RootHash => Map.RootHash.Plus(Map.ReceiptsHash).Plus(Counter.RootHash);

    /// <summary>Writes a value under a key that everybody may write.</summary>
    /// <param name="key">Not one with an owner.</param>
    /// <param name="body">The value.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public Delta Put(string key, Body body, long now) => Map.Put(key, body, Clock.Next(now));

    /// <summary>Deletes a key that everybody may write.</summary>
    /// <inheritdoc cref="Put"/>
    public Delta Delete(string key, long now) => Map.Delete(key, Clock.Next(now));
}
