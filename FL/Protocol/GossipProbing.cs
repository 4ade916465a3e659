using FedActors.Actors.Serialization;
using FedActors.FL.Gossip;

namespace FedActors.FL.Protocol;

/// <summary>Asks a peer whether it lives. Answered by <see cref="GossipProbeAnswer"/>.</summary>
/// <param name="Sequence">The sender's number for the question.</param>
/// <param name="Records">What the sender has heard of members lately.</param>
public sealed record GossipProbe(ulong Sequence, IReadOnlyList<MemberRecord> Records) : IWireMessage<GossipProbe>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.Probe;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Sequence);
        writer.WriteRecords(Records);
    }

    /// <inheritdoc/>
    public static GossipProbe Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        GossipProbe message = new(reader.ReadUInt64(), reader.ReadRecords());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>"I live", or: "the one whom you had me ask lives".</summary>
/// <param name="Sequence">The question's number.</param>
/// <param name="Records">What the sender has heard of members lately.</param>
public sealed record GossipProbeAnswer(ulong Sequence, IReadOnlyList<MemberRecord> Records) : IWireMessage<GossipProbeAnswer>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.ProbeAnswer;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Sequence);
        writer.WriteRecords(Records);
    }

    /// <inheritdoc/>
    public static GossipProbeAnswer Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        GossipProbeAnswer message = new(reader.ReadUInt64(), reader.ReadRecords());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Asks a peer to probe another, which did not answer the sender. Answered by <see cref="GossipProbeAnswer"/> or <see cref="GossipProbeSilence"/>.</summary>
/// <param name="Sequence">The sender's number for the question.</param>
/// <param name="Target">Whom to probe.</param>
public sealed record GossipProbeForMe(ulong Sequence, string Target) : IWireMessage<GossipProbeForMe>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.ProbeForMe;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Sequence);
        writer.Write(Target);
    }

    /// <inheritdoc/>
    public static GossipProbeForMe Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        GossipProbeForMe message = new(reader.ReadUInt64(), reader.ReadName());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>"The one whom you had me ask does not answer me either."</summary>
/// <param name="Sequence">The question's number.</param>
public sealed record GossipProbeSilence(ulong Sequence) : IWireMessage<GossipProbeSilence>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.ProbeSilence;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Sequence);
    }

    /// <inheritdoc/>
    public static GossipProbeSilence Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(1);
        GossipProbeSilence message = new(reader.ReadUInt64());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>All that the sender knows of members.</summary>
/// <param name="Records">One for each.</param>
/// <param name="WantsAnswer">Whether the sender asks for the same.</param>
public sealed record GossipMemberList(IReadOnlyList<MemberRecord> Records, bool WantsAnswer) : IWireMessage<GossipMemberList>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.MemberList;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteRecords(Records);
        writer.Write(WantsAnswer);
    }

    /// <inheritdoc/>
    public static GossipMemberList Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        GossipMemberList message = new(reader.ReadRecords(), reader.ReadBoolean());
        reader.SkipFields(extra);
        return message;
    }
}
