using System.Buffers;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>What the runtime itself has to say: of watches and of questions that will not be answered.</content>
/// <remarks>
/// Past the bound for messages, and bounded all the same by who says it: watches of the other side by their bytes, answers to them by
/// <see cref="IsOverfull"/>, at which it loses its connection; watches of this side's actors by the same, at which the node is given
/// up; failed questions by the bound for messages, since a question has a deadline of its own.
/// </remarks>
internal sealed partial class Outbox
{
    /// <summary>Whether small frames take more than messages alone may: what the runtime itself has to say of ended actors has piled up.</summary>
    public bool IsOverfull
    {
        get
        {
            using (_sync.Enter())
            {
                return _held - _heldBulk > (long)limits.MaxQueuedBytes + limits.MaxWatchBytes;
            }
        }
    }

    /// <summary>Queues a frame of the runtime's own, in order with the messages and past the bound: losing one would leave somebody waiting for ever.</summary>
    /// <param name="write">Writes the frame.</param>
    /// <param name="behind">An actor that must hear of it after all that it was told: large messages to it come first. Null for nobody in particular.</param>
    public void Post(WriteFrame write, RemoteActorRef? behind = null)
    {
        bool wake;
        using (_sync.Enter())
        {
            RefuseWithinMessage();
            int start = _filling.Frames.BeginFrame();
            var writer = new MessagePackWriter(_filling.Frames);
            write(ref writer);
            writer.Flush();
            if (behind is not null && _bulk.Last(behind) is { } last)
            {
                PutBehind(last, start);
                return;
            }

            EndFrame(start, null, default);
            wake = TakeDrained();
        }

        if (wake)
        {
            filled(false);
        }
    }

    /// <summary>Takes the frame that was begun out again, to follow a large message. It counts all the while.</summary>
    private void PutBehind(BulkMessage message, int start)
    {
        byte[] payload = _filling.Frames.Written[(start + FrameBuffer.PrefixBytes)..].ToArray();
        _filling.Frames.Truncate(start);
        message.Behind.Add(payload);
        CountBehind(payload, 1);
    }

    /// <summary>A large message is sent, or will not be: what waited behind it follows.</summary>
    private void PostBehind(BulkMessage message)
    {
        foreach (byte[] payload in message.Behind)
        {
            CountBehind(payload, -1);
            int start = _filling.Frames.BeginFrame();
            _filling.Frames.Write(payload);
            EndFrame(start, null, default);
        }

        message.Behind.Clear();
    }

    private void CountBehind(byte[] payload, int sign)
    {
        long bytes = sign * (OutboxBatch.EntryBytes + payload.LongLength);
        _held += bytes;
        Hold(bytes);
    }
}
