using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Aggregation;

namespace FedActors.FL.Protocol;

/// <summary>Provider to a combiner, by the worker's place there: its update counts in the round. Before that it is in no sum.</summary>
/// <param name="Key">The round.</param>
/// <param name="WorkerId">Whose update.</param>
/// <param name="Weight">What it counts for.</param>
public sealed record CountUpdate(RoundKey Key, string WorkerId, double Weight) : IWireMessage<CountUpdate>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.CountUpdate;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 2);
        Key.Write(ref writer);
        writer.Write(WorkerId);
        writer.Write(Weight);
    }

    /// <inheritdoc/>
    public static CountUpdate Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 2);
        CountUpdate message = new(RoundKey.Read(ref reader), reader.ReadName(), reader.ReadWeight());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to a combiner: answer with the sum of these workers' updates, which are all that counted there.</summary>
/// <param name="Key">The round.</param>
/// <param name="Workers">Their names in ordinal order.</param>
public sealed record SumRequest(RoundKey Key, IReadOnlyList<string> Workers) : IWireMessage<SumRequest>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.SumRequest;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 1);
        Key.Write(ref writer);
        writer.WriteNames(Workers);
    }

    /// <inheritdoc/>
    public static SumRequest Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 1);
        SumRequest message = new(RoundKey.Read(ref reader), reader.ReadNames());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Combiner to provider: the sum.</summary>
/// <param name="Key">The round.</param>
/// <param name="Workers">Workers whose updates are in it, in ordinal order.</param>
/// <param name="Body">The sum, as <see cref="SumCodec"/> writes it; anything until it is read.</param>
public sealed record PartialSum(RoundKey Key, IReadOnlyList<string> Workers, ReadOnlyMemory<byte> Body) : IWireMessage<PartialSum>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.PartialSum;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 2);
        Key.Write(ref writer);
        writer.WriteNames(Workers);
        writer.WriteBinary(Body.Span);
    }

    /// <inheritdoc/>
    public static PartialSum Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 2);
        PartialSum message = new(RoundKey.Read(ref reader), reader.ReadNames(), reader.ReadBinary(WireLimits.MaxSumBytes).ToArray());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Combiner to provider: it does not have the sum that was asked for.</summary>
/// <param name="Key">The round.</param>
/// <param name="Text">Why.</param>
public sealed record SumFailed(RoundKey Key, string Text) : IWireMessage<SumFailed>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.SumFailed;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 1);
        Key.Write(ref writer);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static SumFailed Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 1);
        SumFailed message = new(RoundKey.Read(ref reader), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to the aggregator: a combiner's sum of accepted updates, as it came.</summary>
/// <param name="Key">The round.</param>
/// <param name="CombinerId">Whose sum.</param>
/// <param name="Workers">Workers whose updates are in it.</param>
/// <param name="Weights">What each of them counts for; the sum must say the same of all together.</param>
/// <param name="Body">The sum.</param>
public sealed record AccumulateSum(RoundKey Key, string CombinerId, IReadOnlyList<string> Workers, ReadOnlyMemory<double> Weights, ReadOnlyMemory<byte> Body) : IWireMessage<AccumulateSum>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.AccumulateSum;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 4);
        Key.Write(ref writer);
        writer.Write(CombinerId);
        writer.WriteNames(Workers);
        writer.WriteDoubles(Weights.Span);
        writer.WriteBinary(Body.Span);
    }

    /// <inheritdoc/>
    public static AccumulateSum Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 4);
        AccumulateSum message = new(
            RoundKey.Read(ref reader), reader.ReadName(), reader.ReadNames(), reader.ReadDoubles(WireLimits.MaxWorkers), reader.ReadBinary(WireLimits.MaxSumBytes).ToArray());
        reader.SkipFields(extra);
        return message.Workers.Count == message.Weights.Length
            ? message
            : throw new ProtocolException($"A sum of {message.Workers.Count} workers has {message.Weights.Length} weights.");
    }
}

/// <summary>Aggregator to provider: a combiner's sum is none, or not of the updates that it should be of.</summary>
/// <param name="Key">The round.</param>
/// <param name="CombinerId">Whose sum.</param>
/// <param name="Text">What is wrong with it.</param>
public sealed record SumNotAccumulated(RoundKey Key, string CombinerId, string Text) : IWireMessage<SumNotAccumulated>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.SumNotAccumulated;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 2);
        Key.Write(ref writer);
        writer.Write(CombinerId);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static SumNotAccumulated Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 2);
        SumNotAccumulated message = new(RoundKey.Read(ref reader), reader.ReadName(), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}
