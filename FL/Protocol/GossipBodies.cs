using System.Buffers;
using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;

namespace FedActors.FL.Protocol;

/// <summary>What stands in the bodies of replicated entries: models, descriptions, moments and standards. Each is an array that begins with its format.</summary>
/// <remarks>A body from elsewhere that is none of these throws <see cref="ProtocolException"/>; the entry still travels on, so that all replicas hold the same.</remarks>
internal static class GossipBodies
{
    private const int Format = 1;

    /// <summary>The first format of standards held the moments' sum itself, which crossed the network once for every pair of peers.</summary>
    private const int StandardFormat = 2;

    /// <summary>What a key holds whose owner has taken back what was there. A version like any other, and so, unlike a tombstone, one that its owner can sign.</summary>
    public static Body Nothing { get; } = new(new byte[] { 0x91, 0x00 });

    /// <summary>Whether a payload is <see cref="Nothing"/>.</summary>
    public static bool IsNothing(ReadOnlySpan<byte> payload) => payload.SequenceEqual(Nothing.Bytes.Span);

    /// <summary>Where a peer's model of a round is. Two rounds in a row have different keys: the later one does not take from others what they may not have averaged yet.</summary>
    public static string ModelKey(string peer, int round) => round % 2 == 1 ? OwnedKey.Model(peer) : OwnedKey.SecondModel(peer);

    /// <summary>A model as a body.</summary>
    public static Body OfModel(int round, long samples, ContentHash standard, ParameterVector parameters)
    {
        ArrayBufferWriter<byte> output = new((parameters.Count * sizeof(float)) + 128);
        MessagePackWriter writer = new(output);
        writer.WriteArrayHeader(5);
        writer.Write(Format);
        writer.Write(round);
        writer.Write(samples);
        writer.Write(standard);
        writer.WriteSingles(parameters.Values);
        writer.Flush();
        return new Body(output.WrittenMemory);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="ProtocolException">It is none, or not one of this layout.</exception>
    public static ModelEntry ReadModel(string peer, Stamp stamp, ReadOnlySpan<byte> body, ParameterLayout layout)
    {
        MessagePackReader reader = new(body);
        int extra = Begin(ref reader, 5);
        int round = reader.ReadInt32("round", 1);
        long samples = reader.ReadInt64("samples", 1);
        ContentHash standard = reader.ReadHash();
        float[] values = reader.ReadSingles(layout.Count);
        reader.SkipFields(extra);
        reader.ExpectEnd();
        return values.Length == layout.Count
            ? new ModelEntry(peer, new ModelVersion(stamp.Incarnation, stamp.Tick), round, samples, standard, new ParameterVector(layout, values))
            : throw new ProtocolException($"The model of {peer} has {values.Length} parameters; {layout} has {layout.Count}.");
    }

    /// <summary>A description as a body.</summary>
    public static Body OfDescription(PeerDescription description) => Write((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(9);
        writer.Write(Format);
        writer.Write(description.Address);
        writer.Write(description.Life);
        writer.Write(description.Site);
        writer.Write(description.Samples);
        writer.Write(description.Progress.IsDone);
        writer.Write(description.Progress.Round);
        writer.Write(description.Progress.Settled);
        writer.Write(description.Progress.Standard);
    });

    /// <summary>Reads a description.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static PeerDescription ReadDescription(ReadOnlySpan<byte> body)
    {
        MessagePackReader reader = new(body);
        int extra = Begin(ref reader, 9);
        PeerDescription description = new(
            reader.ReadAddress(), reader.ReadInt64(), reader.ReadName(), reader.ReadInt64("samples", 0),
            new PeerProgress(reader.ReadBoolean(), reader.ReadInt32("round", 0), reader.ReadNullableString(WireLimits.MaxIdBytes), reader.ReadHash()));
        reader.SkipFields(extra);
        reader.ExpectEnd();
        return description;
    }

    /// <summary>Moments as a body.</summary>
    public static Body OfMoments(FeatureMoments moments) => Write((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(2);
        writer.Write(Format);
        writer.WriteBinary(moments.ToBytes());
    });

    /// <summary>Reads moments.</summary>
    /// <exception cref="ProtocolException">They are none, or of other features.</exception>
    public static FeatureMoments ReadMoments(ReadOnlySpan<byte> body, int features)
    {
        MessagePackReader reader = new(body);
        int extra = Begin(ref reader, 2);
        FeatureMoments moments = ReadMoments(ref reader, features);
        reader.SkipFields(extra);
        reader.ExpectEnd();
        return moments;
    }

    /// <summary>A standard's name: the hash of all that it is made of.</summary>
    public static ContentHash NameStandard(IReadOnlyList<string> peers, FeatureMoments moments) => Write((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(3);
        writer.Write(Format);
        writer.WriteNames(peers);
        writer.WriteBinary(moments.ToBytes());
    }).Hash;

    /// <summary>A standard as a body: whose moments it adds up, its name, and the sum where that can no longer be added up.</summary>
    public static Body OfStandard(NamedStandard standard) => Write((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(standard.Sum is null ? 3 : 4);
        writer.Write(StandardFormat);
        writer.WriteNames(standard.Peers);
        writer.Write(standard.Hash);
        if (standard.Sum is { } sum)
        {
            writer.WriteBinary(sum.ToBytes());
        }
    });

    /// <summary>Reads a standard.</summary>
    /// <exception cref="ProtocolException">It is none, or of other features.</exception>
    public static NamedStandard ReadStandard(ReadOnlySpan<byte> body, int features)
    {
        MessagePackReader reader = new(body);
        int extra = Begin(ref reader, 3, StandardFormat);
        NamedStandard standard = new(reader.ReadNames(), reader.ReadHash());
        if (extra > 0)
        {
            standard = standard with { Sum = ReadMoments(ref reader, features) };
            extra--;
        }

        reader.SkipFields(extra);
        reader.ExpectEnd();
        return standard;
    }

    private static int Begin(ref MessagePackReader reader, int fields, int known = Format)
    {
        int extra = reader.ReadFields(fields);
        int format = reader.ReadInt32();
        return format == known ? extra : throw new ProtocolException($"A body of format {format} was found; {known} is known.");
    }

    private static FeatureMoments ReadMoments(ref MessagePackReader reader, int features)
    {
        if (!FeatureMoments.TryParse(reader.ReadBinary(WireLimits.MaxMomentsBytes), out FeatureMoments? moments) || moments.Count == 0)
        {
            throw new ProtocolException("The moments are none that rows could have.");
        }

        return moments.Features == features ? moments : throw new ProtocolException($"The moments are of {moments.Features} features; the model has {features}.");
    }

    private static Body Write(WriteBody write)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackWriter writer = new(output);
        write(ref writer);
        writer.Flush();
        return new Body(output.WrittenMemory);
    }

    private delegate void WriteBody(ref MessagePackWriter writer);
}
