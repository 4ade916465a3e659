namespace FedActors.Actors.Remoting;

/// <summary>What waits for all nodes together. Beyond it, whoever has more waiting than a small share gets no more room until it takes some of it.</summary>
/// <remarks>Each queue has a bound of its own, but a thousand deaf nodes would have a thousand such bounds. Nodes that take what they are sent notice nothing.</remarks>
internal sealed class QueueBudget(long bytes)
{
    /// <summary>What a node may have waiting even then.</summary>
    public const int ShareBytes = 256 * 1024;

    private long _held;

    /// <summary>Whether more waits than may.</summary>
    public bool IsSpent => Volatile.Read(ref _held) > bytes;

    /// <summary>Notes that more or less waits than before.</summary>
    public void Add(long change) => Interlocked.Add(ref _held, change);
}
