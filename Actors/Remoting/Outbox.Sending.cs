namespace FedActors.Actors.Remoting;

/// <content>The side of the connection: taking what is to be sent, noting what has arrived, sending again.</content>
internal sealed partial class Outbox
{
    // Far more than a flush costs, and little enough to stay in a processor's cache on its way.
    private const int BatchBytes = 64 * 1024;

    // The list of their messages stays in a cache, too, and out of the heap for large objects.
    private const int BatchFrames = 2048;

    private const long NoneMayBegin = -1;

    private readonly SentLog _log = new();
    private readonly SpareBatches _spare = new(limits.MaxSpareBytes);
    private Queue<SentItem> _again = new();
    private OutboxBatch? _taken;

    /// <summary>Whether nothing waits to be written.</summary>
    public bool IsWritten
    {
        get
        {
            using (_sync.Enter())
            {
                return _filling.Count == 0 && _full.Count == 0 && _again.Count == 0 && _bulk.IsEmpty;
            }
        }
    }

    /// <summary>Bytes of memory that stand ready for what will be written, beside what is on its way.</summary>
    public int ReservedBytes
    {
        get
        {
            using (_sync.Enter())
            {
                return _spare.Bytes + _filling.Frames.Capacity;
            }
        }
    }

    /// <summary>Frames of the session that are known to have arrived.</summary>
    public long Arrived
    {
        get
        {
            using (_sync.Enter())
            {
                return _log.Arrived;
            }
        }
    }

    /// <summary>Takes all finished frames, or null if there are none. They are to be written at once and then passed to <see cref="EndFrames"/>.</summary>
    public OutboxBatch? TakeFrames()
    {
        using (_sync.Enter())
        {
            // What is sent again comes strictly in its order, and before anything new.
            if (_again.TryPeek(out SentItem again))
            {
                _taken = again.Batch;
                if (_taken is not null)
                {
                    _again.Dequeue();
                }
            }
            else if (_full.TryDequeue(out _taken))
            {
                // The oldest of those that are waiting.
                _batchesTaken++;
            }
            else if (_filling.Count > 0)
            {
                _batchesTaken++;
                _taken = _filling;
                _filling = _spare.Take();
            }
            else
            {
                _drained = true;
            }

            return _taken;
        }
    }

    /// <summary>Notes that the frames which were taken are on their way.</summary>
    public void EndFrames()
    {
        using (_sync.Enter())
        {
            _log.Add(new SentItem(_taken, null));
            _taken = null;
        }
    }

    /// <summary>Gives back the memory that nothing is written in now and was not needed since the last time. Called now and then: a node may know thousands of others that it seldom speaks to.</summary>
    public void Rest()
    {
        using (_sync.Enter())
        {
            _spare.Rest();
            if (_filling.Count == 0)
            {
                _filling.Dispose();
            }
        }
    }

    /// <summary>The bulk message whose turn it is, or null. Small messages that were told before it are taken first.</summary>
    /// <param name="mayBegin">Whether one that has not begun may have its turn.</param>
    /// <param name="isAlone">Whether no other waits for its turn.</param>
    public BulkMessage? PeekBulk(bool mayBegin, out bool isAlone)
    {
        using (_sync.Enter())
        {
            isAlone = _again.Count == 0 ? _bulk.Targets <= 1 : _again.Count == 1;
            return _again.TryPeek(out SentItem again)
                ? again.Bulk is { } bulk && (mayBegin || bulk.StreamId != 0) ? bulk : null
                : _bulk.Next(mayBegin ? _batchesTaken : NoneMayBegin);
        }
    }

    /// <summary>Ends the turn of the bulk message that was peeked.</summary>
    public void EndBulkTurn(BulkMessage message)
    {
        bool done = message.Sent == message.Length;
        using (_sync.Enter())
        {
            if (!_again.TryPeek(out SentItem again))
            {
                _bulk.EndTurn(done);
            }
            else if (done && again.Bulk == message)
            {
                _again.Dequeue();
            }

            if (done)
            {
                _log.Add(new SentItem(null, message));
                PostBehind(message);
            }
        }
    }

    /// <summary>The other side has received so many frames of the session.</summary>
    /// <exception cref="ProtocolException">It cannot have.</exception>
    public void Acknowledge(long through)
    {
        bool wake;
        using (_sync.Enter())
        {
            if (through > _log.Last)
            {
                throw new ProtocolException($"{through} frames are said to have arrived of {_log.Last} sent.");
            }

            Volatile.Write(ref _heard, Math.Max(_heard, through));
            while (_log.TakeArrived(through) is { } item)
            {
                Release(item);
            }

            if (_log.IsEmpty)
            {
                _spare.OnAllArrived();
            }

            // The loop may have found nothing for lack of room, and nothing else wakes it for what those who waited have brought.
            wake = ServeWaiters() && TakeDrained();
        }

        if (wake)
        {
            filled(false);
        }
    }

    /// <summary>Prepares a new connection of the same session: what the other side has not received will be sent again.</summary>
    /// <returns>How many frames that is.</returns>
    /// <exception cref="ProtocolException">It has received what was never sent, or less than it has said before.</exception>
    public long Rewind(long received)
    {
        Acknowledge(received);
        using (_sync.Enter())
        {
            if (received < _log.Arrived)
            {
                // Said before another connection came and went. To count on from there would take for arrived, later, what has not.
                throw new ProtocolException($"{received} frames are said to have arrived, and {_log.Arrived} were before.");
            }

            List<SentItem> again = TakeLog(received);
            again.ForEach(item => item.Bulk?.BeginAgain());
            _bulk.BeginAgain();
            _again = new Queue<SentItem>(again);
            return again.Sum(item => (long)item.Count);
        }
    }

    /// <summary>Hands everything to another, and accepts nothing more.</summary>
    /// <param name="take">Called with each message, in order.</param>
    /// <param name="handedOver">Called when nothing is left. Who finds this outbox shut can rely on its having been called.</param>
    /// <remarks>All under the lock that accepts messages, so that none comes to nobody and none overtakes those before it.</remarks>
    public void HandOver(Action<RemoteActorRef, Envelope> take, Action handedOver)
    {
        using (_sync.Enter())
        {
            _sync.IsPassedOn = true;
            foreach ((RemoteActorRef target, Envelope envelope) in RemoveAllLocked())
            {
                take(target, envelope);
            }

            _sync.IsPassedOn = false;

            _shut = true;
            handedOver();
            ServeWaiters();
        }
    }

    /// <summary>Takes everything out, and counts anew.</summary>
    public List<(RemoteActorRef Target, Envelope Envelope)> RemoveAll()
    {
        using (_sync.Enter())
        {
            List<(RemoteActorRef, Envelope)> removed = RemoveAllLocked();
            ServeWaiters();
            return removed;
        }
    }

    private List<(RemoteActorRef Target, Envelope Envelope)> RemoveAllLocked()
    {
        var removed = new List<(RemoteActorRef, Envelope)>();
        List<SentItem> items = TakeLog(0);
        _again.Clear();
        items.AddRange(_full.Select(batch => new SentItem(batch, null)));
        _full.Clear();
        items.Add(new SentItem(_filling, null));
        _filling = new OutboxBatch();
        _targets.Clear();
        _senders.Clear();
        items.AddRange(_bulk.Remove(_ => true).Select(message => new SentItem(null, message)));
        foreach (SentItem item in items)
        {
            removed.AddRange(item.Messages);
            Release(item);
        }

        _spare.Clear();
        _held = 0;
        _heldBulk = 0;
        _heard = 0;
        Hold(-_encoded);
        return removed;
    }

    /// <summary>Takes out what was sent and what was to be sent again, in order.</summary>
    private List<SentItem> TakeLog(long received)
    {
        List<SentItem> items = _log.TakeAll(received, out int droppedBytes);
        _held -= droppedBytes;
        Hold(-droppedBytes);
        if (_taken is not null)
        {
            items.Add(new SentItem(_taken, null));
            _taken = null;
        }

        items.AddRange(_again);
        return items;
    }

    /// <summary>More or fewer encoded bytes are held. All nodes' count hears of it in steps, since it is shared by all cores.</summary>
    private void Hold(long change)
    {
        _encoded += change;
        if (Math.Abs(_encoded - _encodedTold) >= BatchBytes || (_encoded == 0 && _encodedTold != 0))
        {
            budget.Add(_encoded - _encodedTold);
            _encodedTold = _encoded;
        }
    }

    private void Release(SentItem item)
    {
        _held -= item.HeldBytes;
        Hold(-(item.Bulk?.Body.EncodedLength ?? item.HeldBytes));
        _heldBulk -= item.Bulk?.Length ?? 0;
        item.Bulk?.Body.Release();
        if (item.Batch is { } batch)
        {
            _spare.Add(batch);
        }
    }
}
