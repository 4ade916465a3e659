using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <summary>What waits to be sent to one node, and what was sent and is not known to have arrived: small messages as finished frames in order, large ones in the bulk lane. Outlives connections.</summary>
/// <remarks>
/// A message is encoded by its sender's thread, so its size is known when room is checked and a faulty one fails where it was sent.
/// The bound is in bytes, and a message counts until it has arrived. Lock order (ADR 0043): an endpoint's lock may be held when this one is taken,
/// never the reverse.
/// </remarks>
internal sealed partial class Outbox(MessageRegistry registry, RemotingLimits limits, QueueBudget budget, TimeProvider time, Action<bool> filled, LongWaits? waits = null)
{
    // What is worth a flush of its own.
    private const int CorkedBytes = 4 * 1024;

    // Neither an actor's number nor, negated, a question's.
    private const long Unnumbered = long.MaxValue;

    private readonly int _smallBytes = Math.Min(limits.ChunkBytes, RemotingLimits.SmallBytes);
    private readonly OwnedLock _sync = new(waits: waits);
    private readonly BulkLane _bulk = new();
    private readonly OutgoingNames _targets = new();
    private readonly OutgoingNames _senders = new();
    private readonly Queue<OutboxBatch> _full = new();
    private OutboxBatch _filling = new();
    private MessageCodec? _lastCodec;
    private MessageCodec? _bulkCodec;
    private long _held;
    private long _heldBulk;
    private long _encoded;
    private long _encodedTold;
    private bool _wantsRoom;
    private bool _drained = true;
    private bool _corked;
    private bool _shut;
    private bool _encodes;
    private int _maxMessageBytes = limits.MaxMessageBytes;
    private long _batchesTaken;

    /// <summary>Encoded bytes held now.</summary>
    public long HeldBytes
    {
        get
        {
            using (_sync.Enter())
            {
                return _held;
            }
        }
    }

    /// <summary>Bytes of the largest message that both sides take.</summary>
    public int MaxMessageBytes => Volatile.Read(ref _maxMessageBytes);

    /// <summary>Batches of frames that have been taken or hold something, counted from the first.</summary>
    private long BatchesNow => _batchesTaken + _full.Count + (_filling.Count > 0 ? 1 : 0);

    /// <summary>Whether somebody was told that there is no room since the other side has last said what arrived. Asking clears it.</summary>
    public bool TakeWantsRoom() => Interlocked.Exchange(ref _wantsRoom, false);

    public DeliveryResult Offer(RemoteActorRef target, in Envelope envelope)
    {
        DeliveryResult result;
        bool wake;
        using (_sync.Enter())
        {
            result = OfferLocked(target, envelope);
            wake = TakeDrained();
        }

        if (wake)
        {
            // Who asks is about to wait, and so is who is answered.
            filled(target.Question != 0 || envelope.Sender is PromiseRef);
        }

        return result;
    }

    /// <summary>
    /// Accepts no more messages: nobody would send them. Said under the lock that accepts them, or a sender that has just looked, or has
    /// waited for room until all was taken out, would leave one here that is neither sent nor a dead letter.
    /// </summary>
    public void Shut()
    {
        using (_sync.Enter())
        {
            _shut = true;
            ServeWaiters();
        }
    }

    /// <summary>Accepts messages again.</summary>
    public void Open()
    {
        using (_sync.Enter())
        {
            _shut = false;
        }
    }

    /// <summary>Takes out the messages that are too large for the other side, and accepts no such any more.</summary>
    public List<(RemoteActorRef Target, Envelope Envelope)> Limit(int maxMessageBytes)
    {
        using (_sync.Enter())
        {
            _maxMessageBytes = Math.Min(limits.MaxMessageBytes, maxMessageBytes);
            List<BulkMessage> removed = _bulk.Remove(message => message.Length > _maxMessageBytes);
            foreach (BulkMessage message in removed)
            {
                Release(new SentItem(null, message));
                PostBehind(message);
            }

            ServeWaiters();
            return [.. removed.Select(message => (message.Target, message.Envelope))];
        }
    }

    /// <summary>What is offered from now on waits until <see cref="Uncork"/>, unless it is much: messages that arrive together are answered together, in one flush.</summary>
    public void Cork()
    {
        using (_sync.Enter())
        {
            _corked = true;
        }
    }

    /// <summary>Lets go what has gathered. The caller must do so before it waits for anything.</summary>
    public void Uncork()
    {
        bool wake;
        using (_sync.Enter())
        {
            _corked = false;
            wake = _filling.Count > 0 && TakeDrained();
        }

        if (wake)
        {
            filled(false);
        }
    }

    /// <summary>Whether the sending loop has found nothing and must hear that there is something now. Once for each time that it has.</summary>
    private bool TakeDrained()
    {
        if (!_drained || (_corked && !_wantsRoom && _filling.Frames.Length < CorkedBytes && _full.Count == 0 && _bulk.IsEmpty))
        {
            return false;
        }

        _drained = false;
        return true;
    }

    private DeliveryResult OfferLocked(RemoteActorRef target, in Envelope envelope)
    {
        RefuseWithinMessage();
        MessageCodec? codec = _lastCodec;
        if (codec?.Type != envelope.Message.GetType() && !registry.TryGet(envelope.Message.GetType(), out codec))
        {
            return DeliveryResult.NotRegistered;
        }

        _lastCodec = codec;

        if (_shut)
        {
            return DeliveryResult.Unreachable;
        }

        // Small messages are not refused for what large ones take. What was large last time is taken for large, so as not to encode it in vain.
        bool isFull = _held >= limits.MaxQueuedBytes && (codec == _bulkCodec || _held - _heldBulk >= limits.MaxQueuedBytes / 2);
        if (isFull || (_encoded > QueueBudget.ShareBytes && budget.IsSpent))
        {
            _wantsRoom = true;
            return DeliveryResult.Full;
        }

        return Encode(target, envelope, codec);
    }

    /// <summary>Encodes into the shared buffer; what turns out too large for a frame is taken out of it again.</summary>
    private DeliveryResult Encode(RemoteActorRef target, in Envelope envelope, MessageCodec codec)
    {
        bool isBrief = TryName(target, envelope, codec.TypeId, out BriefFrame head);
        FrameBuffer frames = _filling.Frames;
        int start = frames.BeginFrame();
        int body;
        try
        {
            var writer = new MessagePackWriter(frames, frames.Room);
            if (isBrief)
            {
                head.Write(ref writer);
            }
            else
            {
                MessageFrame.Write(ref writer, FrameKind.Message, target.WirePath, envelope, codec.TypeId, further: 1);
            }

            body = start + FrameBuffer.PrefixBytes + (int)writer.BytesWritten;
            _encodes = true;
            codec.Write(ref writer, envelope.Message);
            writer.Flush();
        }
        catch
        {
            frames.Truncate(start);
            throw;
        }
        finally
        {
            _encodes = false;
        }

        int length = frames.Length - body + frames.SharedBytes;
        if (length > _maxMessageBytes)
        {
            frames.Truncate(start);
            return DeliveryResult.TooLarge;
        }

        if (length <= _smallBytes && frames.SharedBytes == 0 && (_bulk.IsEmpty || !_bulk.Holds(target)))
        {
            EndFrame(start, target, envelope);
            return DeliveryResult.Accepted;
        }

        // A small one is here for the sake of order, and says nothing of the next of its type.
        if (length > _smallBytes || frames.SharedBytes > 0)
        {
            _bulkCodec = codec;
        }

        var message = new BulkMessage(target, envelope, codec.TypeId, frames.Detach(body), BatchesNow);
        frames.Truncate(start);
        if (_held >= limits.MaxQueuedBytes)
        {
            message.Body.Release();
            _wantsRoom = true;
            return DeliveryResult.Full;
        }

        _bulk.Add(message);
        _held += length;
        _heldBulk += length;
        Hold(message.Body.EncodedLength);
        return DeliveryResult.Accepted;
    }

    /// <summary>A frame is finished. A batch that is large enough is closed, so that what is sent, and acknowledged, in one piece stays small.</summary>
    private void EndFrame(int start, RemoteActorRef? target, in Envelope envelope)
    {
        FrameBuffer frames = _filling.Frames;
        frames.EndFrame(start);
        _filling.Add(target, envelope);
        if (_filling.Count == 1)
        {
            _filling.Since = time.GetTimestamp();
        }

        int taken = frames.Length - start + OutboxBatch.EntryBytes;
        _held += taken;
        Hold(taken);
        if (frames.Length >= BatchBytes || _filling.Count >= BatchFrames)
        {
            _full.Enqueue(_filling);
            _filling = _spare.Take();
        }
    }

    /// <summary>A message is being written, by this thread, since the lock is held: a frame that was begun now would stand in the middle of that one.</summary>
    private void RefuseWithinMessage()
    {
        if (_encodes)
        {
            throw new InvalidOperationException($"A message that writes itself told something to the node for which it is meant. {nameof(IWireMessage<>.Write)} may write and nothing else.");
        }
    }

    /// <summary>Both ends of a message as numbers.</summary>
    /// <returns>False if the sender is none of this node's, or a name is too long.</returns>
    private bool TryName(RemoteActorRef target, in Envelope envelope, int typeId, out BriefFrame head)
    {
        head = default;
        long? sender = null;
        if (envelope.Sender is { } actor)
        {
            if (actor.System != target.System || actor is not (LocalActorRef or PromiseRef))
            {
                return false;
            }

            sender = actor is PromiseRef question ? -question.Uid : NumberOf(_senders, NamedSide.Writer, actor);
            if (sender == Unnumbered)
            {
                return false;
            }
        }

        long receiver = target.Question != 0 ? -target.Question : NumberOf(_targets, NamedSide.Reader, target);
        head = new BriefFrame(receiver, sender, envelope.Headers?.TraceParent, typeId);
        return receiver != Unnumbered;
    }

    private long NumberOf(OutgoingNames names, NamedSide side, ActorRef actor)
    {
        WireName name = actor.WireName!;
        if (names.TryFind(name, out int number))
        {
            return number;
        }

        if (actor.Path.Name.Length > OutgoingNames.MaxLength)
        {
            return Unnumbered;
        }

        number = names.Add(name);
        int start = _filling.Frames.BeginFrame();
        var writer = new MessagePackWriter(_filling.Frames);
        new NameFrame(side, number, actor.Path.Name, actor.Path.Uid).Write(ref writer);
        writer.Flush();
        EndFrame(start, null, default);
        return number;
    }
}
