using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>An encoded message too large for one frame, or one that must not overtake such a message.</summary>
/// <param name="target">For whom it is.</param>
/// <param name="envelope">The message.</param>
/// <param name="typeId">Its type.</param>
/// <param name="body">Its encoded bytes.</param>
/// <param name="batchesBefore">Batches of small frames that the outbox began before it, counted from the outbox's first.</param>
internal sealed class BulkMessage(RemoteActorRef target, Envelope envelope, int typeId, BulkBody body, long batchesBefore)
{
    public RemoteActorRef Target { get; } = target;

    public Envelope Envelope { get; } = envelope;

    public int TypeId { get; } = typeId;

    public BulkBody Body { get; } = body;

    public int Length => Body.Length;

    /// <summary>How many batches of small frames must have been taken before it may begin, since what it follows is in them.</summary>
    public long BatchesBefore { get; } = batchesBefore;

    /// <summary>Frames of the runtime's own that follow the message and must not overtake it.</summary>
    public List<byte[]> Behind { get; } = [];

    /// <summary>Bytes already written to a connection.</summary>
    public int Sent { get; private set; }

    /// <summary>The stream's number on its connection; 0 before it has begun.</summary>
    public int StreamId { get; set; }

    /// <summary>Writes the next bytes.</summary>
    public void ReadChunk(Span<byte> chunk)
    {
        Body.Read(chunk);
        Sent += chunk.Length;
    }

    /// <summary>Reads the next bytes from where they lie, if they stand in a vector that allows it.</summary>
    /// <param name="most">No more than so many.</param>
    /// <param name="bytes">The bytes.</param>
    public bool TryReadInPlace(int most, out ReadOnlyMemory<byte> bytes)
    {
        bool isRead = Body.TryReadInPlace(most, out bytes);
        Sent += bytes.Length;
        return isRead;
    }

    /// <summary>Forgets what went over a connection that has ended.</summary>
    public void BeginAgain()
    {
        Sent = 0;
        StreamId = 0;
        Body.Rewind();
    }
}
