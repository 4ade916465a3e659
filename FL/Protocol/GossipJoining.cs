using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.FL.Gossip;

namespace FedActors.FL.Protocol;

/// <summary>Peer to peer, on every new connection and whenever its incarnation changes: "this is me". Answered by <see cref="GossipPeerWelcome"/> or <see cref="GossipPeerRefused"/>.</summary>
/// <param name="Card">Who.</param>
/// <param name="Members">Its actor for probes, so that these never wait behind models.</param>
public sealed record GossipPeerJoin(PeerCard Card, ActorRef Members) : IWireMessage<GossipPeerJoin>
{
    /// <summary>Who was removed for good, as far as the sender knows: whoever was away deletes what is theirs before it shows what it holds.</summary>
    public IReadOnlyList<Member> Removed { get; init; } = [];

    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.PeerJoin;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(Card);
        writer.Write(Members);
        writer.WriteMembers(Removed);
    }

    /// <inheritdoc/>
    public static GossipPeerJoin Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(3);
        GossipPeerJoin message = new(reader.ReadCard(), reader.ReadActorRef()) { Removed = reader.ReadMembers() };
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Answer to a peer that joins: the two can learn together, and from now on gossip.</summary>
/// <param name="Card">Who answers.</param>
/// <param name="Members">Its actor for probes.</param>
/// <param name="Seen">The highest version that the one who answers has ever seen of the one who asked; zero if none. Who asked has published it in a former life.</param>
public sealed record GossipPeerWelcome(PeerCard Card, ActorRef Members, ModelVersion Seen) : IWireMessage<GossipPeerWelcome>
{
    /// <inheritdoc cref="GossipPeerJoin.Removed"/>
    public IReadOnlyList<Member> Removed { get; init; } = [];

    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.PeerWelcome;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.Write(Card);
        writer.Write(Members);
        writer.Write(Seen.Incarnation);
        writer.Write(Seen.Sequence);
        writer.WriteMembers(Removed);
    }

    /// <inheritdoc/>
    public static GossipPeerWelcome Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(5);
        GossipPeerWelcome message = new(reader.ReadCard(), reader.ReadActorRef(), new ModelVersion(reader.ReadUInt64(), reader.ReadUInt64())) { Removed = reader.ReadMembers() };
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Answer to a peer that joins: the two cannot learn together.</summary>
/// <param name="Peer">Who answers.</param>
/// <param name="Code">A stable code, see <see cref="JoinRefusalCodes"/>.</param>
/// <param name="Text">Why, with what differs.</param>
public sealed record GossipPeerRefused(string Peer, string Code, string Text) : IWireMessage<GossipPeerRefused>
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.PeerRefused;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(Peer);
        writer.Write(Code);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static GossipPeerRefused Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(3);
        GossipPeerRefused message = new(reader.ReadName(), reader.ReadId(), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Why a peer is not admitted.</summary>
public static class JoinRefusalCodes
{
    /// <summary>The peers' models differ, or what they wait for.</summary>
    public const string Mismatch = "mismatch";

    /// <summary>The name is not the sender's own.</summary>
    public const string Forged = "forged";
}

/// <summary>Fields of gossip mode's messages.</summary>
internal static class GossipFields
{
    public static void Write(ref this MessagePackWriter writer, PeerCard card)
    {
        writer.WriteArrayHeader(7);
        writer.Write(card.Peer);
        writer.Write(card.Incarnation);
        writer.Write(card.Life);
        writer.Write(card.Address);
        writer.Write(card.Specification);
        writer.Write(card.Peers);
        writer.Write(card.Settings);
    }

    private static void Write(ref this MessagePackWriter writer, SharedSettings settings)
    {
        writer.WriteArrayHeader(2 * settings.All.Count);
        foreach ((string name, string value) in settings.All)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static SharedSettings ReadSettings(ref this MessagePackReader reader)
    {
        int fields = reader.ReadArrayHeader(2 * SharedSettings.MaxCount);
        if (fields % 2 != 0)
        {
            throw new ProtocolException("A setting has no value.");
        }

        KeyValuePair<string, string>[] settings = new KeyValuePair<string, string>[fields / 2];
        for (int i = 0; i < settings.Length; i++)
        {
            settings[i] = new KeyValuePair<string, string>(reader.ReadId(), reader.ReadString(WireLimits.MaxSettingBytes));
        }

        return new SharedSettings(settings);
    }

    public static PeerCard ReadCard(ref this MessagePackReader reader)
    {
        int extra = reader.ReadFields(7);
        PeerCard card = new(
            reader.ReadName(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadAddress(), reader.ReadSpecification(), reader.ReadInt32("peers", 1), reader.ReadSettings());
        reader.SkipFields(extra);
        return CrdtLimits.IsName(card.Peer) ? card : throw new ProtocolException($"A peer's name has {card.Peer.Length} characters.");
    }

    public static string? ReadAddress(ref this MessagePackReader reader) => reader.ReadNullableString(WireLimits.MaxAddressBytes);

    public static void WriteMembers(ref this MessagePackWriter writer, IReadOnlyList<Member> members)
    {
        // A peer holds no more, unless its store does from elsewhere. Whoever reads ends the connection where there are far too many.
        int count = Math.Min(members.Count, Removal.MaxRecords);
        writer.WriteArrayHeader(count);
        for (int i = 0; i < count; i++)
        {
            writer.WriteArrayHeader(2);
            writer.Write(members[i].Replica);
            writer.Write(members[i].Incarnation);
        }
    }

    public static IReadOnlyList<Member> ReadMembers(ref this MessagePackReader reader)
    {
        Member[] members = new Member[reader.ReadArrayHeader(MembershipMachine.MaxMembers)];
        for (int i = 0; i < members.Length; i++)
        {
            int extra = reader.ReadFields(2);
            members[i] = new Member(reader.ReadName(), reader.ReadUInt64());
            reader.SkipFields(extra);
            if (!CrdtLimits.IsName(members[i].Replica))
            {
                throw new ProtocolException($"A removed peer's name has {members[i].Replica.Length} characters.");
            }
        }

        return members;
    }

    public static void WriteRecords(ref this MessagePackWriter writer, IReadOnlyList<MemberRecord> records)
    {
        writer.WriteArrayHeader(records.Count);
        foreach (MemberRecord record in records)
        {
            writer.WriteArrayHeader(6);
            writer.Write(record.Peer);
            writer.Write(record.Address);
            writer.Write(record.Life);
            writer.Write(record.Beat);
            writer.Write((int)record.State);
            writer.Write(record.Accuser);
        }
    }

    public static MemberRecord[] ReadRecords(ref this MessagePackReader reader)
    {
        MemberRecord[] records = new MemberRecord[reader.ReadArrayHeader(MembershipMachine.MaxMembers)];
        for (int i = 0; i < records.Length; i++)
        {
            int extra = reader.ReadFields(6);
            records[i] = new MemberRecord(
                reader.ReadName(), reader.ReadAddress(), reader.ReadInt64(), reader.ReadUInt64(),
                (MemberState)reader.ReadInt32("state", (int)MemberState.Alive, (int)MemberState.Left), reader.ReadNullableString(WireLimits.MaxNameBytes));
            reader.SkipFields(extra);
        }

        return records;
    }

    public static void Write(ref this MessagePackWriter writer, ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[ContentHash.Length];
        hash.CopyTo(bytes);
        writer.WriteBinary(bytes);
    }

    public static ContentHash ReadHash(ref this MessagePackReader reader)
    {
        ReadOnlySpan<byte> bytes = reader.ReadBinary(ContentHash.Length);
        return bytes.Length == ContentHash.Length ? new ContentHash(bytes) : throw new ProtocolException($"A hash has {bytes.Length} bytes; {ContentHash.Length} are right.");
    }
}
