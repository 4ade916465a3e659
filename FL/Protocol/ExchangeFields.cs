using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.FL.Protocol;

/// <summary>Fields of the exchange's messages, and their way onto the wire.</summary>
internal static class ExchangeFields
{
    /// <summary>The message as it travels.</summary>
    public static object ToWire(this ExchangeMessage message) => message switch
    {
        RootOffer offer => new GossipRootOffer(offer),
        StateDigest digest => new GossipDigest(digest),
        BodyWants wants => new GossipWants(wants),
        BodyChunk chunk => new GossipChunk(chunk),
        BodyMissing missing => new GossipBodyMissing(missing),
        _ => throw new ArgumentException($"{message.GetType().Name} has no form on the wire.", nameof(message)),
    };

    public static void Write(ref this MessagePackWriter writer, CounterSlot slot)
    {
        writer.WriteArrayHeader(4);
        writer.Write(slot.Member.Replica);
        writer.Write(slot.Member.Incarnation);
        writer.Write(slot.Increments);
        writer.Write(slot.Decrements);
    }

    public static CounterSlot ReadSlot(ref this MessagePackReader reader)
    {
        int extra = reader.ReadFields(4);
        CounterSlot slot = new(new Member(reader.ReadName(), reader.ReadUInt64()), reader.ReadUInt64(), reader.ReadUInt64());
        reader.SkipFields(extra);
        return slot;
    }

    public static string ReadKey(ref this MessagePackReader reader)
    {
        string key = reader.ReadString(4 * CrdtLimits.MaxKeyLength);
        return CrdtLimits.IsKey(key) ? key : throw new ProtocolException($"A key has {key.Length} characters; 1 to {CrdtLimits.MaxKeyLength} are right.");
    }

    /// <remarks>An owner's name stands in its key already, and is left out: digests are the most frequent of the longer messages.</remarks>
    public static void Write(ref this MessagePackWriter writer, EntryHeader header)
    {
        Stamp stamp = header.Stamp;
        bool isOwners = OwnedKey.TryGetOwner(header.Key, out ReadOnlySpan<char> owner) && owner.SequenceEqual(stamp.Replica);
        writer.WriteArrayHeader(6);
        writer.Write(header.Key);
        writer.Write(stamp.Incarnation);
        writer.Write(stamp.Tick);
        writer.Write(isOwners ? null : stamp.Replica);
        if (stamp.IsTombstone)
        {
            writer.WriteNil();
        }
        else
        {
            writer.Write(stamp.Content);
        }

        writer.Write(header.BodyBytes);
    }

    public static EntryHeader ReadHeader(ref this MessagePackReader reader)
    {
        int extra = reader.ReadFields(6);
        string key = reader.ReadKey();
        ulong incarnation = reader.ReadUInt64();
        ulong tick = reader.ReadUInt64();
        string? replica = reader.ReadNullableString(WireLimits.MaxNameBytes);
        if (replica is null && OwnedKey.TryGetOwner(key, out ReadOnlySpan<char> owner))
        {
            replica = owner.ToString();
        }

        if (!CrdtLimits.IsName(replica))
        {
            throw new ProtocolException($"{key} is said to be written by nobody, or by a name of {replica?.Length} characters.");
        }

        bool isTombstone = reader.TryReadNil();
        ContentHash content = isTombstone ? default : reader.ReadHash();
        int bytes = reader.ReadInt32("body bytes", 0);
        reader.SkipFields(extra);
        return new EntryHeader(key, new Stamp(incarnation, tick, isTombstone, replica!, content), bytes);
    }
}
