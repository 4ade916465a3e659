using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>A watch, a watch taken back, or its end: which actor, and who watches it.</summary>
/// <param name="Watched">On the node that reads a Watch or an Unwatch, or writes an Ended.</param>
/// <param name="Watcher">On the other one.</param>
/// <param name="Reason">Why a watched actor has ended; meaningful in an Ended only.</param>
internal readonly record struct WatchFrame((string Name, long Uid) Watched, (string Name, long Uid) Watcher, TerminationReason Reason)
{
    public void Write(ref MessagePackWriter writer, FrameKind kind)
    {
        writer.WriteArrayHeader(6);
        writer.Write((int)kind);
        writer.Write(Watched.Name);
        writer.Write(Watched.Uid);
        writer.Write(Watcher.Name);
        writer.Write(Watcher.Uid);
        writer.Write((int)Reason);
    }

    public static WatchFrame Read(ref MessagePackReader reader)
    {
        (string, long) watched = (reader.ReadString(ActorPath.MaxPathLength), reader.ReadInt64());
        (string, long) watcher = (reader.ReadString(ActorPath.MaxPathLength), reader.ReadInt64());
        var reason = (TerminationReason)reader.ReadInt32();
        return Enum.IsDefined(reason)
            ? new WatchFrame(watched, watcher, reason)
            : throw new ProtocolException($"{(int)reason} is no reason for an actor's end.");
    }
}
