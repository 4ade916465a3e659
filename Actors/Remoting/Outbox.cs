using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <summary>What waits to be sent to one node: small messages as finished frames in order, large ones in the bulk lane. Outlives connections.</summary>
/// <remarks>
/// A message is encoded by its sender's thread, so its size is known when room is checked and a faulty one fails where it was sent.
/// The bound is in bytes. Lock order: an endpoint's lock may be held when this one is taken, never the reverse.
/// </remarks>
internal sealed class Outbox(MessageRegistry registry, RemotingLimits limits, Action filled)
{
    private readonly Lock _sync = new();
    private readonly BulkLane _bulk = new();
    private OutboxBatch _filling = new();
    private OutboxBatch _spare = new();
    private TaskCompletionSource? _room;
    private int _bulkBytes;

    /// <summary>Encoded bytes waiting now.</summary>
    public int QueuedBytes
    {
        get
        {
            lock (_sync)
            {
                return _filling.Frames.Length + _bulkBytes;
            }
        }
    }

    public DeliveryResult Offer(RemoteActorRef target, in Envelope envelope)
    {
        DeliveryResult result;
        lock (_sync)
        {
            result = OfferLocked(target, envelope);
        }

        if (result == DeliveryResult.Accepted)
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
            Task room;
            lock (_sync)
            {
                result = OfferLocked(target, envelope);
                room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            if (result == DeliveryResult.Accepted)
            {
                filled();
            }

            if (result != DeliveryResult.Full)
            {
                return result;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Queues a watch frame, in order with the messages and past the bound: losing one would leave a watcher waiting for ever.</summary>
    public void PostWatch(FrameKind kind, WatchFrame frame)
    {
        lock (_sync)
        {
            int start = _filling.Frames.BeginFrame();
            var writer = new MessagePackWriter(_filling.Frames);
            frame.Write(ref writer, kind);
            writer.Flush();
            _filling.Frames.EndFrame(start);
        }

        filled();
    }

    /// <summary>Takes all finished frames, in exchange for the batch taken before, or null if there are none.</summary>
    public OutboxBatch? TakeFrames()
    {
        OutboxBatch taken;
        TaskCompletionSource? room;
        lock (_sync)
        {
            if (_filling.Frames.Length == 0)
            {
                return null;
            }

            taken = _filling;
            _filling = _spare;
            _spare = taken;
            _filling.Clear();
            room = TakeWaiters();
        }

        room?.SetResult();
        return taken;
    }

    /// <summary>The bulk message whose turn it is, or null.</summary>
    /// <param name="mayBegin">Whether one that has not begun may have its turn.</param>
    public BulkMessage? PeekBulk(bool mayBegin)
    {
        lock (_sync)
        {
            return _bulk.Next(mayBegin);
        }
    }

    /// <summary>Ends the turn of the bulk message that was peeked.</summary>
    public void EndBulkTurn(BulkMessage message)
    {
        TaskCompletionSource? room = null;
        bool done = message.Sent == message.Length;
        lock (_sync)
        {
            _bulk.EndTurn(done);
            if (done)
            {
                _bulkBytes -= message.Length;
                room = TakeWaiters();
            }
        }

        if (done)
        {
            message.Release();
        }

        room?.SetResult();
    }

    /// <summary>Takes out bulk messages of which a part went over a connection that has ended. Nobody knows what became of them.</summary>
    public List<(RemoteActorRef Target, Envelope Envelope)> RemoveBegun() => RemoveBulk(message => message.StreamId != 0);

    /// <summary>Takes everything out.</summary>
    public List<(RemoteActorRef Target, Envelope Envelope)> RemoveAll()
    {
        List<(RemoteActorRef, Envelope)> removed;
        lock (_sync)
        {
            removed = [.. _filling.Messages];
            _filling.Clear();
        }

        removed.AddRange(RemoveBulk(_ => true));
        return removed;
    }

    private List<(RemoteActorRef Target, Envelope Envelope)> RemoveBulk(Func<BulkMessage, bool> condition)
    {
        List<BulkMessage> removed;
        TaskCompletionSource? room;
        lock (_sync)
        {
            removed = _bulk.Remove(condition);
            _bulkBytes -= removed.Sum(message => message.Length);
            room = TakeWaiters();
        }

        room?.SetResult();
        removed.ForEach(message => message.Release());
        return [.. removed.Select(message => (message.Target, message.Envelope))];
    }

    private TaskCompletionSource? TakeWaiters()
    {
        TaskCompletionSource? room = _room;
        _room = null;
        return room;
    }

    private DeliveryResult OfferLocked(RemoteActorRef target, in Envelope envelope)
    {
        if (!registry.TryGet(envelope.Message.GetType(), out MessageCodec? codec))
        {
            return DeliveryResult.NotRegistered;
        }

        if (_filling.Frames.Length + _bulkBytes >= limits.MaxQueuedBytes)
        {
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
        if (length > limits.MaxMessageBytes)
        {
            frames.Truncate(start);
            return DeliveryResult.TooLarge;
        }

        if (length <= limits.ChunkBytes && !_bulk.Holds(target))
        {
            frames.EndFrame(start);
            _filling.Messages.Add((target, envelope));
            return DeliveryResult.Accepted;
        }

        ArraySegment<byte> encoded = frames.Detach(body);
        frames.Truncate(start);
        _bulk.Add(new BulkMessage(target, envelope, codec.TypeId, encoded));
        _bulkBytes += length;
        return DeliveryResult.Accepted;
    }
}
