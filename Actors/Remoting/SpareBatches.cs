namespace FedActors.Actors.Remoting;

/// <summary>Emptied batches of one connection, each of which keeps its memory for the next messages. Not safe for concurrent use; its owner locks.</summary>
/// <remarks>
/// A node may know thousands of others, so when all that was sent has arrived little is kept. At full pace that is so for a moment,
/// hundreds of times a second, and what was given back is needed again at once. Each time that this is seen, twice as much is kept;
/// at a heartbeat what was not needed since the one before is given back.
/// </remarks>
/// <param name="maxBytes">The most that is kept when all has arrived, however much is needed.</param>
internal sealed class SpareBatches(long maxBytes)
{
    /// <summary>As many as fit into a full queue.</summary>
    public const int Capacity = 64;

    /// <summary>What is kept when all has arrived, until it turns out to be too little.</summary>
    public const int FirstCount = 8;

    /// <inheritdoc cref="FirstCount"/>
    public const int FirstBytes = 64 * 1024;

    // Twice the first bytes six times are as many full batches as there is room for.
    private const int MaxDoublings = 6;

    private readonly Stack<OutboxBatch> _batches = new();
    private int _doublings;
    private bool _gaveBack;
    private bool _missed;
    private int _fewest;
    private int _most;

    /// <summary>Batches that lie here.</summary>
    public int Count => _batches.Count;

    /// <summary>Bytes of their frames' memory.</summary>
    public int Bytes { get; private set; }

    /// <summary>An empty batch.</summary>
    public OutboxBatch Take()
    {
        if (!_batches.TryPop(out OutboxBatch? batch))
        {
            _missed = true;
            return new OutboxBatch();
        }

        Bytes -= batch.Frames.Capacity;
        _fewest = Math.Min(_fewest, _batches.Count);
        return batch;
    }

    /// <summary>A batch is done with.</summary>
    public void Add(OutboxBatch batch)
    {
        if (_batches.Count == Capacity)
        {
            batch.Dispose();
            return;
        }

        batch.Clear();
        _batches.Push(batch);
        Bytes += batch.Frames.Capacity;
        _most = Math.Max(_most, _batches.Count);
    }

    /// <summary>All that was sent has arrived.</summary>
    public void OnAllArrived()
    {
        if (_gaveBack && _missed && _doublings < MaxDoublings)
        {
            _doublings++;
        }

        _missed = false;
        _gaveBack |= Trim(FirstCount << _doublings, Math.Min(FirstBytes << _doublings, maxBytes));
    }

    /// <summary>Gives back what was not needed since the last time. Called now and then.</summary>
    public void Rest()
    {
        if (_most - _fewest <= FirstCount)
        {
            _doublings = 0;
        }

        Trim(_doublings == 0 ? 0 : _batches.Count - _fewest, long.MaxValue);
        _gaveBack = false;
        _missed = false;
        _fewest = _batches.Count;
        _most = _batches.Count;
    }

    /// <summary>Gives all back: nobody will say anything for a while.</summary>
    public void Clear() => Trim(0, 0);

    /// <returns>Whether anything was given back.</returns>
    private bool Trim(int count, long bytes)
    {
        int before = _batches.Count;
        while (_batches.Count > count || Bytes > bytes)
        {
            OutboxBatch batch = _batches.Pop();
            Bytes -= batch.Frames.Capacity;
            batch.Dispose();
        }

        _fewest = Math.Min(_fewest, _batches.Count);
        return _batches.Count < before;
    }
}
