using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>The head of a message on the wire: for whom, from whom, what travels beside it, and its type. The body follows in the same frame, or in chunks.</summary>
/// <param name="Target">The receiver's name and uid; its node is the one that reads.</param>
/// <param name="Sender">Whom to answer, or null.</param>
/// <param name="TraceParent">Position in a distributed trace, or null.</param>
/// <param name="TypeId">The body's type.</param>
internal readonly record struct MessageFrame(ActorPath Target, ActorRef? Sender, string? TraceParent, int TypeId)
{
    /// <summary>Longest <c>traceparent</c>: version 00 of W3C Trace Context has 55 characters.</summary>
    public const int MaxTraceParentBytes = 64;

    private const int Fields = 5;

    /// <summary>Writes the fields after the kind; the frame's array has <paramref name="further"/> elements more.</summary>
    public static void Write(ref MessagePackWriter writer, FrameKind kind, ActorPath target, in Envelope envelope, int typeId, int further)
    {
        writer.WriteArrayHeader(1 + Fields + further);
        writer.Write((int)kind);
        writer.Write(target.Name);
        writer.Write(target.Uid);
        writer.Write(envelope.Sender);
        writer.Write(envelope.Headers?.TraceParent);
        writer.Write(typeId);
    }

    /// <summary>Reads the fields after the kind.</summary>
    public static MessageFrame Read(ref MessagePackReader reader, string node)
    {
        var target = new ActorPath(node, reader.ReadString(ActorPath.MaxPathLength), reader.ReadInt64());
        return new MessageFrame(target, reader.ReadNullableActorRef(), reader.ReadNullableString(MaxTraceParentBytes), reader.ReadInt32());
    }
}
