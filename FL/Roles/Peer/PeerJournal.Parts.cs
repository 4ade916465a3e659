using System.Buffers;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.FL.Protocol;
using FedActors.Storage.Gossip;

namespace FedActors.FL.Roles;

/// <content>How what the peer holds lies in its store.</content>
internal sealed partial class PeerJournal
{
    // Most heads are no longer; others grow.
    private const int HeadBytes = 128;

    private static StatePart ToPart(Entry entry) =>
        new(EntryPrefix + entry.Key, Encode((ref MessagePackWriter writer) => writer.Write(entry.Header)), entry.Body?.Bytes);

    private StatePart CounterPart() => new(CounterKey, Encode((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(State.Counter.Slots.Count);
        foreach (CounterSlot slot in State.Counter.Slots)
        {
            writer.Write(slot);
        }
    }));

    private StatePart ClockPart() => new(ClockKey, Encode((ref MessagePackWriter writer) => writer.Write(State.Clock.Last.Value)));

    private void Take(StatePart part)
    {
        MessagePackReader reader = new(part.Head.Span);
        if (part.Key == ClockKey)
        {
            HybridTime last = new(reader.ReadUInt64());
            State.Clock.TryObserve(last, last.Milliseconds);
        }
        else if (part.Key == CounterKey)
        {
            int slots = reader.ReadArrayHeader();
            for (int i = 0; i < slots; i++)
            {
                State.Counter.Merge(reader.ReadSlot());
            }
        }
        else if (part.Key.StartsWith(EntryPrefix, StringComparison.Ordinal))
        {
            EntryHeader header = reader.ReadHeader();
            Body? body = part.Body is { } bytes ? new Body(bytes) : null;
            if (body is not null && _proofs?.FindFault(header, body) is not null)
            {
                Unproved++;
                _forgotten.Add(header.Key);
            }
            else
            {
                State.Map.Merge(new Delta([new Entry(header, body)]));
            }
        }
    }

    private static ReadOnlyMemory<byte> Encode(WritePart write)
    {
        ArrayBufferWriter<byte> output = new(HeadBytes);
        MessagePackWriter writer = new(output);
        write(ref writer);
        writer.Flush();
        return output.WrittenMemory;
    }

    private delegate void WritePart(ref MessagePackWriter writer);
}
