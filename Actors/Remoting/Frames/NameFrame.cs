using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>Gives an actor a number, by which later messages of the session name it.</summary>
/// <param name="Side">Whose actor it is.</param>
/// <param name="Number">From 0, each one more than the last at most; one that was given before is given anew.</param>
/// <param name="Name">The actor's full name.</param>
/// <param name="Uid">Its uid; 0 for whoever bears the name.</param>
internal readonly record struct NameFrame(NamedSide Side, int Number, string Name, long Uid)
{
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.Write((int)FrameKind.Name);
        writer.Write((int)Side);
        writer.Write(Number);
        writer.Write(Name);
        writer.Write(Uid);
    }

    /// <summary>Reads what follows the kind.</summary>
    public static NameFrame Read(ref MessagePackReader reader)
    {
        var side = (NamedSide)reader.ReadInt32();
        return side is NamedSide.Reader or NamedSide.Writer
            ? new NameFrame(side, reader.ReadInt32(), reader.ReadString(OutgoingNames.MaxLength), reader.ReadInt64())
            : throw new ProtocolException($"{(int)side} is no side of a connection.");
    }
}

/// <summary>Whose actor has a number. Crosses the wire.</summary>
internal enum NamedSide
{
    /// <summary>An actor of the node that reads: a target.</summary>
    Reader = 0,

    /// <summary>An actor of the node that writes: a sender.</summary>
    Writer = 1,
}
