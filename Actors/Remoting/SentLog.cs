namespace FedActors.Actors.Remoting;

/// <summary>What was sent in this session and is not known to have arrived, in the order in which it was sent. Both sides count alike.</summary>
/// <remarks>Not safe for concurrent use; its owner locks. Frames in batches and completed streams count; what controls one connection does not.</remarks>
internal sealed class SentLog
{
    private readonly Queue<SentItem> _items = new();
    private long _first = 1;

    /// <summary>The number of the last frame that was sent.</summary>
    public long Last { get; private set; }

    /// <summary>The number of the last frame that is known to have arrived.</summary>
    public long Arrived => _first - 1;

    /// <summary>Whether all that was sent has arrived.</summary>
    public bool IsEmpty => _items.Count == 0;

    public void Add(SentItem item)
    {
        _items.Enqueue(item);
        Last += item.Count;
    }

    /// <summary>Takes out the next item that has arrived whole, or null if there is none.</summary>
    /// <param name="through">Frames that have arrived.</param>
    public SentItem? TakeArrived(long through)
    {
        if (!_items.TryPeek(out SentItem item) || _first + item.Count - 1 > through)
        {
            return null;
        }

        _first += item.Count;
        return _items.Dequeue();
    }

    /// <summary>Takes out everything, and counts on from <paramref name="through"/>. The frames of the first item that have arrived are dropped from it.</summary>
    /// <param name="through">Frames that have arrived; every item that has arrived whole was taken before.</param>
    /// <param name="droppedBytes">What the frames took that were dropped.</param>
    public List<SentItem> TakeAll(long through, out int droppedBytes)
    {
        droppedBytes = 0;
        List<SentItem> items = [.. _items];
        if (items.Count > 0 && through >= _first)
        {
            int before = items[0].HeldBytes;
            items[0].Batch!.DropFirst((int)(through - _first + 1));
            droppedBytes = before - items[0].HeldBytes;
        }

        _items.Clear();
        Last = through;
        _first = through + 1;
        return items;
    }
}
