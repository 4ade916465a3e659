using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>The head of a message whose target and sender are numbers instead of names. The body follows in the same frame.</summary>
/// <param name="Target">A number given by a <see cref="NameFrame"/>; or negative, the uid of a question of the node that reads.</param>
/// <param name="Sender">Likewise of the node that writes; null for nobody.</param>
/// <param name="TraceParent">Position in a distributed trace, or null.</param>
/// <param name="TypeId">The body's type.</param>
internal readonly record struct BriefFrame(long Target, long? Sender, string? TraceParent, int TypeId)
{
    /// <summary>Writes all of the frame that stands before the body.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(6);
        writer.Write((int)FrameKind.Brief);
        writer.Write(Target);
        if (Sender is { } sender)
        {
            writer.Write(sender);
        }
        else
        {
            writer.WriteNil();
        }

        if (TraceParent is null)
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(TraceParent);
        }

        writer.Write(TypeId);
    }

    /// <summary>Reads the fields after the kind.</summary>
    public static BriefFrame Read(ref MessagePackReader reader) => new(
        reader.ReadInt64(),
        reader.TryReadNil() ? null : reader.ReadInt64(),
        reader.ReadNullableString(MessageFrame.MaxTraceParentBytes),
        reader.ReadInt32());
}
