using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>No connection, and why.</summary>
/// <param name="Code">The kind of reason.</param>
/// <param name="Node">Who refuses.</param>
/// <param name="Text">The reason for people.</param>
internal sealed record Refusal(RefusalCode Code, string Node, string Text)
{
    private const int MaxTextBytes = 1024;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write((int)FrameKind.Refuse);
        writer.Write((int)Code);
        writer.Write(Node);
        writer.Write(Text);
    }

    public static Refusal Read(ref MessagePackReader reader) =>
        new((RefusalCode)reader.ReadInt32(), reader.ReadString(ActorPath.MaxNameLength), reader.ReadString(MaxTextBytes));
}
