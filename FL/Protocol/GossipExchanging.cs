using System.Buffers;
using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.FL.Protocol;

/// <summary>A message of the exchange between replicas, on the wire. The exchange itself knows no wire.</summary>
public interface IGossipExchangeMessage
{
    /// <summary>What the exchange says.</summary>
    ExchangeMessage Message { get; }
}

/// <summary>See <see cref="Crdt.Gossip.RootOffer"/>.</summary>
/// <param name="Offer">The message.</param>
public sealed record GossipRootOffer(RootOffer Offer) : IWireMessage<GossipRootOffer>, IGossipExchangeMessage
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.RootOffer;

    /// <inheritdoc/>
    public ExchangeMessage Message => Offer;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Offer.Exchange);
        writer.Write(Offer.Root);
        writer.Write(Offer.AlwaysAnswer);
        if (Offer.News is { } news)
        {
            new GossipDigest(news).Write(ref writer);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <inheritdoc/>
    public static GossipRootOffer Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(4);
        RootOffer offer = new(reader.ReadUInt64(), reader.ReadHash(), reader.ReadBoolean());
        GossipRootOffer message = new(reader.TryReadNil() ? offer : offer with { News = GossipDigest.Read(ref reader).Digest });
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>See <see cref="StateDigest"/>.</summary>
/// <param name="Digest">The message.</param>
public sealed record GossipDigest(StateDigest Digest) : IWireMessage<GossipDigest>, IGossipExchangeMessage
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.Digest;

    /// <inheritdoc/>
    public ExchangeMessage Message => Digest;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(8);
        writer.Write(Digest.Answers);
        writer.Write(Digest.Exchange);
        writer.Write(Digest.IsComplete);
        writer.Write(Digest.Roster);
        writer.WriteArrayHeader(Digest.Headers.Count);
        foreach (EntryHeader header in Digest.Headers)
        {
            writer.Write(header);
        }

        writer.WriteArrayHeader(Digest.Slots.Count);
        foreach (CounterSlot slot in Digest.Slots)
        {
            writer.Write(slot);
        }

        writer.WriteArrayHeader(Digest.Receipts.Count);
        foreach (TombstoneReceipts receipts in Digest.Receipts)
        {
            Write(ref writer, receipts);
        }

        writer.WriteArrayHeader(Digest.Bodies.Count);
        foreach (BodyChunk body in Digest.Bodies)
        {
            writer.WriteArrayHeader(2);
            writer.Write(body.Content);
            writer.WriteBinary(body.Bytes.Span);
        }
    }

    /// <inheritdoc/>
    public static GossipDigest Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(8);
        ulong answers = reader.ReadUInt64();
        ulong exchange = reader.ReadUInt64();
        bool isComplete = reader.ReadBoolean();
        ContentHash roster = reader.ReadHash();
        EntryHeader[] headers = new EntryHeader[reader.ReadArrayHeader(ExchangeLimits.Default.MaxKeys)];
        for (int i = 0; i < headers.Length; i++)
        {
            headers[i] = reader.ReadHeader();
        }

        CounterSlot[] slots = new CounterSlot[reader.ReadArrayHeader(ExchangeLimits.Default.MaxCounterSlots)];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = reader.ReadSlot();
        }

        TombstoneReceipts[] receipts = new TombstoneReceipts[reader.ReadArrayHeader(ExchangeLimits.Default.MaxKeys)];
        for (int i = 0; i < receipts.Length; i++)
        {
            receipts[i] = ReadReceipts(ref reader);
        }

        BodyChunk[] bodies = new BodyChunk[reader.ReadArrayHeader(ExchangeLimits.MaxSmallBodies)];
        for (int i = 0; i < bodies.Length; i++)
        {
            bodies[i] = ReadBody(ref reader);
        }

        reader.SkipFields(extra);
        return new GossipDigest(new StateDigest(answers, exchange, isComplete, roster, headers, slots, receipts) { Bodies = bodies });
    }

    private static BodyChunk ReadBody(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        ContentHash content = reader.ReadHash();
        byte[] bytes = reader.ReadBinary(ExchangeLimits.MaxSmallBodyBytes).ToArray();
        reader.SkipFields(extra);
        return new BodyChunk(content, bytes.Length, 0, bytes);
    }

    private static void Write(ref MessagePackWriter writer, TombstoneReceipts receipts)
    {
        writer.WriteArrayHeader(2);
        writer.Write(new EntryHeader(receipts.Key, receipts.Stamp, 0));
        writer.WriteArrayHeader(receipts.Receipts.Count);
        foreach (Receipt receipt in receipts.Receipts)
        {
            writer.WriteArrayHeader(3);
            writer.Write(receipt.Member.Replica);
            writer.Write(receipt.Member.Incarnation);
            writer.Write((int)receipt.Level);
        }
    }

    private static TombstoneReceipts ReadReceipts(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        EntryHeader header = reader.ReadHeader();
        Receipt[] levels = new Receipt[reader.ReadArrayHeader(ExchangeLimits.Default.MaxReceipts)];
        for (int i = 0; i < levels.Length; i++)
        {
            int more = reader.ReadFields(3);
            levels[i] = new Receipt(
                new Member(reader.ReadName(), reader.ReadUInt64()), (ReceiptLevel)reader.ReadInt32("level", (int)ReceiptLevel.None, (int)ReceiptLevel.KnownByAll));
            reader.SkipFields(more);
        }

        reader.SkipFields(extra);
        return new TombstoneReceipts(header.Key, header.Stamp, levels);
    }
}

/// <summary>See <see cref="BodyWants"/>.</summary>
/// <param name="Wants">The message.</param>
public sealed record GossipWants(BodyWants Wants) : IWireMessage<GossipWants>, IGossipExchangeMessage
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.Wants;

    /// <inheritdoc/>
    public ExchangeMessage Message => Wants;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(Wants.Wants.Count);
        foreach (BodyWant want in Wants.Wants)
        {
            writer.WriteArrayHeader(3);
            writer.Write(want.Key);
            writer.Write(want.Content);
            writer.Write(want.Offset);
        }
    }

    /// <inheritdoc/>
    public static GossipWants Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(1);
        BodyWant[] wants = new BodyWant[reader.ReadArrayHeader(WireLimits.MaxWants)];
        for (int i = 0; i < wants.Length; i++)
        {
            int more = reader.ReadFields(3);
            wants[i] = new BodyWant(reader.ReadKey(), reader.ReadHash(), reader.ReadInt32());
            reader.SkipFields(more);
        }

        reader.SkipFields(extra);
        return new GossipWants(new BodyWants(wants));
    }
}

/// <summary>See <see cref="BodyChunk"/>.</summary>
/// <param name="Chunk">The message.</param>
/// <remarks>
/// One that was received holds memory that was lent: the receiver, which is the only one to have it, copies what it needs and gives the rest
/// back. One that is never handled is collected like anything else.
/// </remarks>
public sealed record GossipChunk(BodyChunk Chunk) : IWireMessage<GossipChunk>, IGossipExchangeMessage, IDisposable
{
    private byte[]? _lent;

    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.Chunk;

    /// <inheritdoc/>
    public ExchangeMessage Message => Chunk;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Chunk.Content);
        writer.Write(Chunk.BodyBytes);
        writer.Write(Chunk.Offset);
        writer.WriteBinary(Chunk.Bytes.Span);
    }

    /// <inheritdoc/>
    public static GossipChunk Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(4);
        ContentHash content = reader.ReadHash();
        int bodyBytes = reader.ReadInt32();
        int offset = reader.ReadInt32();
        ReadOnlySpan<byte> bytes = reader.ReadBinary(ExchangeLimits.ChunkBytes);
        byte[] lent = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(lent);
        GossipChunk message = new(new BodyChunk(content, bodyBytes, offset, lent.AsMemory(0, bytes.Length))) { _lent = lent };
        reader.SkipFields(extra);
        return message;
    }

    /// <summary>Gives the memory back. The chunk's bytes are nobody's from then on.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _lent, null) is { } lent)
        {
            ArrayPool<byte>.Shared.Return(lent);
        }
    }
}

/// <summary>See <see cref="BodyMissing"/>.</summary>
/// <param name="Missing">The message.</param>
public sealed record GossipBodyMissing(BodyMissing Missing) : IWireMessage<GossipBodyMissing>, IGossipExchangeMessage
{
    /// <inheritdoc/>
    public static int TypeId => GossipTypeIds.Missing;

    /// <inheritdoc/>
    public ExchangeMessage Message => Missing;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Missing.Content);
    }

    /// <inheritdoc/>
    public static GossipBodyMissing Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(1);
        GossipBodyMissing message = new(new BodyMissing(reader.ReadHash()));
        reader.SkipFields(extra);
        return message;
    }
}
