using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>What one node remembers of its session with another. If both memories are of one session, it goes on where the connection broke.</summary>
/// <param name="Own">The node's own number for the session, which no other session and no other life of the node has.</param>
/// <param name="Peer">The other's number for it, or 0 before the node has begun it.</param>
/// <param name="Received">Frames that have arrived in it.</param>
internal readonly record struct SessionMemory(long Own, long Peer, long Received)
{
    /// <summary>Whether two memories are of the same session. One side may not have begun it, if its connection broke just then; not both.</summary>
    public bool Matches(SessionMemory other) =>
        (Peer == other.Own || Peer == 0) && (other.Peer == Own || other.Peer == 0) && (Peer | other.Peer) != 0;

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(Own);
        writer.Write(Peer);
        writer.Write(Received);
    }

    public static SessionMemory Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 3);
        var memory = new SessionMemory(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        reader.SkipFields(extra);
        return memory is { Own: > 0, Peer: >= 0, Received: >= 0 }
            ? memory
            : throw new ProtocolException("What the other side remembers of the session cannot be.");
    }
}
