using FedActors.Actors.Scheduling;

namespace FedActors.Actors.Mailboxes;

/// <summary>A mailbox whose reader exchanges its emptied batch for the full one of the writers.</summary>
/// <remarks>
/// A message costs its writer one interlocked operation, the gate's, and its reader none.
/// </remarks>
internal sealed class BatchMailbox : Mailbox
{
    /// <summary>Places that the first message makes. Most actors never have more waiting.</summary>
    private const int FirstSize = 4;

    private readonly int _capacity;
    private readonly bool _writersMayWait;
    private Gate _gate;
    private int _count;
    private long _written;

    // Writes allowed without looking further: no more than there is room, and none if the mailbox is closed or somebody stands in line.
    private long _limit;
    private MailboxSlot[] _incoming = [];
    private LinkedList<RoomRequest>? _line;
    private bool _closed;

    public BatchMailbox(MailboxOptions options)
    {
        _capacity = options.Capacity;
        _limit = _capacity;
        _writersMayWait = options.FullMode == MailboxFullMode.Wait;
    }

    public override int Count
    {
        get
        {
            // In this order, or what is taken between the two would be subtracted without having been added.
            long taken = Taken;
            return (int)(Volatile.Read(ref _written) - taken);
        }
    }

    public override DeliveryResult Offer(in Envelope envelope)
    {
        _gate.Enter();
        if (_written >= _limit && !FindRoom())
        {
            DeliveryResult refusal = _closed ? DeliveryResult.NoSuchActor : DeliveryResult.Full;
            _gate.Leave();
            return refusal;
        }

        Put(envelope);
        _gate.Leave();
        return DeliveryResult.Accepted;
    }

    public override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        DeliveryResult result = Offer(envelope);
        return result == DeliveryResult.Full && _writersMayWait
            ? WaitForRoomAsync(envelope, cancellationToken)
            : ValueTask.FromResult(result);
    }

    public override void Close()
    {
        _gate.Enter();
        _closed = true;
        _limit = 0;
        LinkedList<RoomRequest>? refused = _line;
        _line = null;
        IsAwaited = false;
        _gate.Leave();

        for (LinkedListNode<RoomRequest>? node = refused?.First; node is not null; node = node.Next)
        {
            node.Value.Settle(DeliveryResult.NoSuchActor);
        }
    }

    /// <remarks>
    /// Whoever writes enters the gate, which is a full fence, and looks afterwards whether the loop runs. The loop has said that it rests
    /// and passed a fence before it comes here: a writer that entered after that sees it rest, and one that entered before has left what
    /// it wrote, or is inside still. Only then is the gate worth entering.
    /// </remarks>
    protected override bool HasIncoming()
    {
        if (!_gate.IsHeld)
        {
            return Volatile.Read(ref _count) > 0 || IsAwaited;
        }

        _gate.Enter();
        bool any = _count > 0 || _line is not null;
        _gate.Leave();
        return any;
    }

    protected override bool Refill()
    {
        if (Volatile.Read(ref _count) == 0 && !IsAwaited)
        {
            // What comes at this moment is found at the gate, where the loop looks once more before it rests.
            return false;
        }

        _gate.Enter();
        RoomRequest? admitted = AdmitInside();
        int count = _count;
        if (count > 0)
        {
            _incoming = HandOver(_incoming, count);
            _count = 0;
        }

        _gate.Leave();
        RoomRequest.SettleAll(admitted);
        return count > 0;
    }

    /// <remarks>
    /// The reader counts a message as taken and then looks whether somebody waits, without a fence between; a writer announces that it
    /// waits, passes a fence, and then looks how many were taken. Both may miss the other, but not for long: the reader's next batch
    /// begins at the gate, where it sees everybody in line.
    /// </remarks>
    protected override void Admit()
    {
        _gate.Enter();
        RoomRequest? admitted = AdmitInside();
        _gate.Leave();
        RoomRequest.SettleAll(admitted);
    }

    private async ValueTask<DeliveryResult> WaitForRoomAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var node = new LinkedListNode<RoomRequest>(new RoomRequest(envelope));
        var line = new LinkedList<RoomRequest>();
        _gate.Enter();
        if (_closed)
        {
            _gate.Leave();
            return DeliveryResult.NoSuchActor;
        }

        // Writers stand in a line, first come first served, and nobody slips in before them.
        (_line ??= line).AddLast(node);
        _limit = 0;
        IsAwaited = true;
        _gate.Leave();

        // Entering the gate again is the fence that Admit speaks of.
        Admit();
        using (cancellationToken.UnsafeRegister(_ => LeaveLine(node, cancellationToken), null))
        {
            return await node.Value.Settled;
        }
    }

    private void LeaveLine(LinkedListNode<RoomRequest> node, CancellationToken cancellationToken)
    {
        _gate.Enter();
        bool waits = _line is not null && node.List == _line;
        if (waits)
        {
            _line!.Remove(node);
            EndEmptyLine();
        }

        _gate.Leave();
        if (waits)
        {
            node.Value.Cancel(cancellationToken);
        }
    }

    /// <summary>Puts in as many messages of those who wait as there is room for. Inside the gate.</summary>
    /// <returns>Whom to tell outside the gate, chained in their order.</returns>
    private RoomRequest? AdmitInside()
    {
        RoomRequest? first = null;
        RoomRequest? last = null;
        while (_line?.First is { } node && _written < Taken + _capacity)
        {
            RoomRequest request = node.Value;
            Put(request.Envelope);
            _line.Remove(node);
            EndEmptyLine();
            if (last is null)
            {
                first = request;
            }
            else
            {
                last.Next = request;
            }

            last = request;
        }

        return first;
    }

    private void EndEmptyLine()
    {
        if (_line!.Count == 0)
        {
            _line = null;
            IsAwaited = false;
        }
    }

    /// <summary>Looks how much was taken in the meantime. Inside the gate.</summary>
    private bool FindRoom()
    {
        if (_closed || _line is not null)
        {
            return false;
        }

        _limit = Taken + _capacity;
        return _written < _limit;
    }

    /// <summary>Inside the gate, where there is room.</summary>
    private void Put(in Envelope envelope)
    {
        MailboxSlot[] incoming = _incoming;
        int count = _count;
        if ((uint)count >= (uint)incoming.Length)
        {
            incoming = Grow();
        }

        incoming[count].Put(envelope);
        _count = count + 1;
        Volatile.Write(ref _written, _written + 1);
    }

    private MailboxSlot[] Grow()
    {
        try
        {
            var larger = new MailboxSlot[Math.Min(_capacity, Math.Max(FirstSize, 2L * _incoming.Length))];
            Array.Copy(_incoming, larger, _count);
            return _incoming = larger;
        }
        catch
        {
            // Out of memory is one actor's failure, not the end of everybody who writes to this one.
            _gate.Leave();
            throw;
        }
    }
}
