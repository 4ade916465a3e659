namespace FedActors.Actors.Remoting;

/// <summary>Bytes of large messages that have arrived and that their actors have not handled yet: those of one node, within those of all nodes.</summary>
/// <param name="limit">From here on nobody is let send more.</param>
/// <param name="all">Those of all nodes together, or null if these are.</param>
/// <param name="onRoom">Called, by whoever has handled a message, when there is room again.</param>
internal sealed class UnhandledBytes(long limit, UnhandledBytes? all, Action onRoom)
{
    private long _held;

    /// <summary>How many there are.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Whether more may come. What comes then may be larger than the room that is left, so that the largest message always fits when nothing else is there.</summary>
    public bool HasRoom => Held < limit && all?.HasRoom != false;

    /// <summary>Notes that there are more, or fewer. A full fence, so that either who looks for room sees it or <c>onRoom</c> comes after that look.</summary>
    public void Add(long bytes)
    {
        all?.Add(bytes);
        long held = Interlocked.Add(ref _held, bytes);
        if (held < limit && held - bytes >= limit)
        {
            onRoom();
        }
    }
}
