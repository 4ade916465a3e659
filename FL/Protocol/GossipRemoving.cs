using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>An operator to a peer of its own: somebody is gone for good. Answered by <see cref="RemovePeerReply"/>.</summary>
/// <param name="Peer">Who.</param>
public sealed record RemovePeer(string Peer) : IWireMessage<RemovePeer>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.Removal;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Peer);
    }

    /// <inheritdoc/>
    public static RemovePeer Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(1);
        RemovePeer message = new(reader.ReadName());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>What came of a removal.</summary>
/// <param name="Incarnation">The last incarnation of the peer that may not return; 0 if it was not removed.</param>
/// <param name="Refusal">Why it was not; null if it was.</param>
public sealed record RemovePeerReply(ulong Incarnation, string? Refusal) : IWireMessage<RemovePeerReply>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.RemovalReply;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Incarnation);
        writer.Write(Refusal);
    }

    /// <inheritdoc/>
    public static RemovePeerReply Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        RemovePeerReply message = new(reader.ReadUInt64(), reader.ReadNullableString(WireLimits.MaxTextBytes));
        reader.SkipFields(extra);
        return message;
    }
}
