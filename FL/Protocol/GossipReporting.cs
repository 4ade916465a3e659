using FedActors.Actors.Serialization;
using FedActors.FL.Gossip;

namespace FedActors.FL.Protocol;

/// <summary>Peer to a reporter, regularly, and to whoever asks with <see cref="PeerStatusRequest"/>: what it is at.</summary>
/// <param name="Status">What.</param>
public sealed record GossipState(PeerStatus Status) : IWireMessage<GossipState>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.State;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Status);
    }

    /// <inheritdoc/>
    public static GossipState Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(1);
        GossipState message = new(reader.ReadStatus());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Asks a peer what it is at. Answered by <see cref="GossipState"/>.</summary>
public sealed record PeerStatusRequest : IWireMessage<PeerStatusRequest>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.StatusRequest;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer) => writer.WriteArrayHeader(0);

    /// <inheritdoc/>
    public static PeerStatusRequest Read(ref MessagePackReader reader)
    {
        reader.SkipFields(reader.ReadFields(0));
        return new PeerStatusRequest();
    }
}

/// <summary>Asks a reporter for its report. Answered by <see cref="NetworkReportReply"/>.</summary>
public sealed record NetworkReportRequest : IWireMessage<NetworkReportRequest>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.ReportRequest;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer) => writer.WriteArrayHeader(0);

    /// <inheritdoc/>
    public static NetworkReportRequest Read(ref MessagePackReader reader)
    {
        reader.SkipFields(reader.ReadFields(0));
        return new NetworkReportRequest();
    }
}

/// <summary>A reporter's report.</summary>
/// <param name="Report">The report.</param>
public sealed record NetworkReportReply(NetworkReport Report) : IWireMessage<NetworkReportReply>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.Report;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(7);
        writer.Write(Report.At.UtcTicks);
        writer.Write(Report.GlobalRound);
        writer.Write(Report.HighestRound);
        writer.Write(Report.Messages);
        writer.Write(Report.ActivePeers);
        writer.Write(Report.IsAgreed);
        writer.WriteArrayHeader(Report.Peers.Count);
        foreach (ReportedPeer peer in Report.Peers)
        {
            writer.WriteArrayHeader(4);
            writer.Write(peer.Status);
            writer.Write(peer.Silence);
            writer.Write(peer.States);
            writer.Write(peer.IsActive);
        }
    }

    /// <inheritdoc/>
    public static NetworkReportReply Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(7);
        DateTimeOffset at = reader.ReadMoment();
        int global = reader.ReadInt32("round", 0);
        int highest = reader.ReadInt32("round", 0);
        long messages = reader.ReadInt64("messages", 0);
        int active = reader.ReadInt32("peers", 0);
        bool isAgreed = reader.ReadBoolean();
        ReportedPeer[] peers = new ReportedPeer[reader.ReadArrayHeader(MembershipMachine.MaxMembers)];
        for (int i = 0; i < peers.Length; i++)
        {
            int more = reader.ReadFields(4);
            peers[i] = new ReportedPeer(reader.ReadStatus(), reader.ReadDuration(), reader.ReadInt64("states", 0), reader.ReadBoolean());
            reader.SkipFields(more);
        }

        reader.SkipFields(extra);
        return new NetworkReportReply(new NetworkReport(at, global, highest, messages, active, isAgreed, peers));
    }
}

/// <summary>A peer's status on the wire.</summary>
internal static class StatusFields
{
    private const int Fields = 21;

    /// <summary>More than a peer tells apart.</summary>
    private const int MaxRefused = 4_096;

    public static void Write(ref this MessagePackWriter writer, PeerStatus status)
    {
        writer.WriteArrayHeader(Fields);
        writer.Write(status.Peer);
        writer.Write(status.Incarnation);
        writer.Write(status.Life);
        writer.Write((int)status.Phase);
        writer.Write(status.Round);
        writer.Write(status.MaxRounds);
        writer.Write(status.ChangeNorm);
        writer.Write(status.ParameterHash);
        writer.Write(status.Models);
        writer.WriteNullable(status.Accuracy);
        writer.WriteNullable(status.Loss);
        writer.Write(status.IsSettled);
        writer.Write(status.IsAgreed);
        writer.Write(status.RootHash);
        writer.Write(status.Publications);
        writer.Write(status.Sent);
        writer.Write(status.Received);
        writer.Write(status.Refusals);
        writer.Write(status.Equivocations);
        writer.WriteArrayHeader(status.Peers.Count);
        foreach (PeerView peer in status.Peers)
        {
            writer.Write(peer);
        }

        writer.WriteArrayHeader(status.Refused.Count);
        foreach (RefusalCount refused in status.Refused)
        {
            writer.WriteArrayHeader(3);
            writer.Write(refused.From);
            writer.Write(refused.Reason);
            writer.Write(refused.Count);
        }
    }

    public static PeerStatus ReadStatus(ref this MessagePackReader reader)
    {
        int extra = reader.ReadFields(Fields);
        PeerStatus status = new()
        {
            Peer = reader.ReadName(),
            Incarnation = reader.ReadUInt64(),
            Life = reader.ReadInt64(),
            Phase = (LearningPhase)reader.ReadInt32("phase", (int)LearningPhase.AwaitingStandard, (int)LearningPhase.Done),
            Round = reader.ReadInt32("round", 0),
            MaxRounds = reader.ReadInt32("rounds", 1),
            ChangeNorm = reader.ReadDouble(),
            ParameterHash = reader.ReadNullableString(WireLimits.MaxIdBytes),
            Models = reader.ReadInt32("models", 0),
            Accuracy = reader.ReadNullableDouble(),
            Loss = reader.ReadNullableDouble(),
            IsSettled = reader.ReadBoolean(),
            IsAgreed = reader.ReadBoolean(),
            RootHash = reader.ReadId(),
            Publications = reader.ReadInt64("publications", 0),
            Sent = reader.ReadInt64("messages", 0),
            Received = reader.ReadInt64("messages", 0),
            Refusals = reader.ReadInt64("refusals", 0),
            Equivocations = reader.ReadInt64("equivocations", 0),
            Peers = reader.ReadViews(),
            Refused = reader.ReadRefused(),
        };
        reader.SkipFields(extra);
        return status;
    }

    public static DateTimeOffset ReadMoment(ref this MessagePackReader reader)
    {
        long ticks = reader.ReadInt64("moment", 0);
        return ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : throw new Actors.ProtocolException($"{ticks} is no moment.");
    }

    private static void Write(ref this MessagePackWriter writer, PeerView peer)
    {
        writer.WriteArrayHeader(12);
        writer.Write(peer.Peer);
        writer.Write((int)peer.State);
        writer.Write(peer.Address);
        writer.Write(peer.IsNeighbour);
        writer.Write(peer.IsConnected);
        writer.Write(peer.Incarnation);
        writer.Write(peer.Sequence);
        writer.Write(peer.Round);
        writer.Write(peer.Samples);
        writer.Write(peer.Silence);
        writer.Write(peer.IsFresh);
        writer.Write(peer.IsDone);
    }

    private static PeerView[] ReadViews(ref this MessagePackReader reader)
    {
        PeerView[] views = new PeerView[reader.ReadArrayHeader(MembershipMachine.MaxMembers)];
        for (int i = 0; i < views.Length; i++)
        {
            int extra = reader.ReadFields(12);
            views[i] = new PeerView(
                reader.ReadName(), (MemberState)reader.ReadInt32("state", (int)MemberState.Alive, (int)MemberState.Left), reader.ReadAddress(), reader.ReadBoolean(),
                reader.ReadBoolean(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt32("round", 0), reader.ReadInt64("samples", 0), reader.ReadDuration(),
                reader.ReadBoolean(), reader.ReadBoolean());
            reader.SkipFields(extra);
        }

        return views;
    }

    private static RefusalCount[] ReadRefused(ref this MessagePackReader reader)
    {
        RefusalCount[] refused = new RefusalCount[reader.ReadArrayHeader(MaxRefused)];
        for (int i = 0; i < refused.Length; i++)
        {
            int extra = reader.ReadFields(3);
            refused[i] = new RefusalCount(reader.ReadName(), reader.ReadId(), reader.ReadInt64("refusals", 0));
            reader.SkipFields(extra);
        }

        return refused;
    }

    private static void WriteNullable(ref this MessagePackWriter writer, double? value)
    {
        if (value is { } known)
        {
            writer.Write(known);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static double? ReadNullableDouble(ref this MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadDouble();
}
