using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <summary>What waits to be sent to one node, and what was sent and is not known to have arrived: small messages as finished frames in order, large ones in the bulk lane. Outlives connections.</summary>
/// <remarks>
/// A message is encoded by its sender's thread, so its size is known when room is checked and a faulty one fails where it was sent.
/// The bound is in bytes, and a message counts until it has arrived. Lock order: an endpoint's lock may be held when this one is taken,
/// never the reverse.
/// </remarks>
internal sealed partial class Outbox(MessageRegistry registry, RemotingLimits limits, Action filled)
{
    private readonly Lock _sync = new();
    private readonly BulkLane _bulk = new();
    private OutboxBatch _filling = new();
    private TaskCompletionSource? _room;
    private long _held;
    private bool _wantsRoom;
    private bool _shut;
    private int _maxMessageBytes = limits.MaxMessageBytes;

    /// <summary>Encoded bytes held now.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_sync)
            {
                return _held;
            }
        }
    }

    /// <summary>Whether somebody was told that there is no room since the other side has last said what arrived. Asking clears it.</summary>
    public bool TakeWantsRoom() => Interlocked.Exchange(ref _wantsRoom, false);

    public DeliveryResult Offer(RemoteActorRef target, in Envelope envelope)
    {
        DeliveryResult result;
        lock (_sync)
        {
            result = OfferLocked(target, envelope);
        }

        if (result is DeliveryResult.Accepted or DeliveryResult.Full)
        {
            filled();
        }

        return result;
    }

    public async ValueTask<DeliveryResult> OfferAsync(RemoteActorRef target, Envelope envelope, CancellationToken cancellationToken)
    {
        while (true)
        {
            DeliveryResult result;
            Task? room = null;
            lock (_sync)
            {
                result = OfferLocked(target, envelope);
                if (result == DeliveryResult.Full)
                {
                    room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            if (result is DeliveryResult.Accepted or DeliveryResult.Full)
            {
                filled();
            }

            if (room is null)
            {
                return result;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Accepts no more messages: nobody would send them. Said under the lock that accepts them, or a sender that has just looked, or has
    /// waited for room until all was taken out, would leave one here that is neither sent nor a dead letter.
    /// </summary>
    public void Shut()
    {
        lock (_sync)
        {
            _shut = true;
        }
    }

    /// <summary>Accepts messages again.</summary>
    public void Open()
    {
        lock (_sync)
        {
            _shut = false;
        }
    }

    /// <summary>Queues a frame of the runtime's own, in order with the messages and past the bound: losing one would leave somebody waiting for ever.</summary>
    public void Post(WriteFrame write)
    {
        lock (_sync)
        {
            int start = _filling.Frames.BeginFrame();
            var writer = new MessagePackWriter(_filling.Frames);
            write(ref writer);
            writer.Flush();
            _filling.Frames.EndFrame(start);
            _filling.Entries.Add(default);
            _held += _filling.Frames.Length - start;
        }

        filled();
    }

    /// <summary>Takes out the messages that are too large for the other side, and accepts no such any more.</summary>
    public List<(RemoteActorRef Target, Envelope Envelope)> Limit(int maxMessageBytes)
    {
        lock (_sync)
        {
            _maxMessageBytes = Math.Min(limits.MaxMessageBytes, maxMessageBytes);
            List<BulkMessage> removed = _bulk.Remove(message => message.Length > _maxMessageBytes);
            removed.ForEach(message => Release(new SentItem(null, message)));
            return [.. removed.Select(message => (message.Target, message.Envelope))];
        }
    }

    private DeliveryResult OfferLocked(RemoteActorRef target, in Envelope envelope)
    {
        if (!registry.TryGet(envelope.Message.GetType(), out MessageCodec? codec))
        {
            return DeliveryResult.NotRegistered;
        }

        if (_shut)
        {
            return DeliveryResult.Unreachable;
        }

        if (_held >= limits.MaxQueuedBytes)
        {
            _wantsRoom = true;
            return DeliveryResult.Full;
        }

        return Encode(target, envelope, codec);
    }

    /// <summary>Encodes into the shared buffer; what turns out too large for a frame is taken out of it again.</summary>
    private DeliveryResult Encode(RemoteActorRef target, in Envelope envelope, MessageCodec codec)
    {
        FrameBuffer frames = _filling.Frames;
        int start = frames.BeginFrame();
        int body;
        try
        {
            var writer = new MessagePackWriter(frames);
            MessageFrame.Write(ref writer, FrameKind.Message, target.WirePath, envelope, codec.TypeId, further: 1);
            writer.Flush();
            body = frames.Length;
            codec.Write(ref writer, envelope.Message);
            writer.Flush();
        }
        catch
        {
            frames.Truncate(start);
            throw;
        }

        int length = frames.Length - body;
        if (length > _maxMessageBytes)
        {
            frames.Truncate(start);
            return DeliveryResult.TooLarge;
        }

        if (length <= limits.ChunkBytes && !_bulk.Holds(target))
        {
            frames.EndFrame(start);
            _filling.Entries.Add((target, envelope));
            _held += frames.Length - start;
            return DeliveryResult.Accepted;
        }

        ArraySegment<byte> encoded = frames.Detach(body);
        frames.Truncate(start);
        _bulk.Add(new BulkMessage(target, envelope, codec.TypeId, encoded));
        _held += length;
        return DeliveryResult.Accepted;
    }
}
