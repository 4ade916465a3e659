using System.Buffers;

namespace FedActors.Actors.Remoting;

/// <summary>An encoded message too large for one frame, or one that must not overtake such a message.</summary>
internal sealed class BulkMessage(RemoteActorRef target, Envelope envelope, int typeId, ArraySegment<byte> body)
{
    public RemoteActorRef Target { get; } = target;

    public Envelope Envelope { get; } = envelope;

    public int TypeId { get; } = typeId;

    public int Length { get; } = body.Count;

    /// <summary>Bytes already written to a connection.</summary>
    public int Sent { get; set; }

    /// <summary>The stream's number on its connection; 0 before it has begun.</summary>
    public int StreamId { get; set; }

    public ReadOnlySpan<byte> Unsent => body.AsSpan(Sent);

    /// <summary>Forgets what went over a connection that has ended.</summary>
    public void BeginAgain()
    {
        Sent = 0;
        StreamId = 0;
    }

    public void Release() => ArrayPool<byte>.Shared.Return(body.Array!);
}
