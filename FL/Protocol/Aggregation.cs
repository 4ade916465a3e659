using FedActors.Actors.Serialization;
using FedActors.FL.Configuration;
using FedActors.FL.Models;

namespace FedActors.FL.Protocol;

/// <summary>Provider to the aggregator: start an empty round, and drop any other.</summary>
/// <param name="Key">The round.</param>
/// <param name="Specification">Its model.</param>
/// <param name="Strategy">How to reduce it.</param>
/// <param name="LearningRate">The sites' learning rate, which some rules need.</param>
/// <param name="Reference">The parameters that updates start from, where the rule needs them; else empty.</param>
public sealed record OpenRound(RoundKey Key, ModelSpecification Specification, StrategyOptions Strategy, float LearningRate, ReadOnlyMemory<float> Reference) : IWireMessage<OpenRound>
{
    /// <summary>A round of the weighted mean.</summary>
    public OpenRound(RoundKey key, ModelSpecification specification)
        : this(key, specification, new StrategyOptions(), 1, ReadOnlyMemory<float>.Empty)
    {
    }

    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.OpenRound;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 4);
        Key.Write(ref writer);
        writer.Write(Specification);
        writer.Write(Strategy);
        writer.Write(LearningRate);
        writer.WriteSingles(Reference.Span);
    }

    /// <inheritdoc/>
    public static OpenRound Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 4);
        OpenRound message = new(RoundKey.Read(ref reader), reader.ReadSpecification(), reader.ReadStrategy(), reader.ReadSingle(), reader.ReadParameters());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to the aggregator: an accepted update.</summary>
/// <param name="Key">The round.</param>
/// <param name="WorkerId">Whose.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Weight">What it counts for.</param>
/// <param name="Steps">Optimizer steps that it took.</param>
/// <param name="StartLoss">The site's mean loss before them; NaN where it was not measured.</param>
public sealed record AccumulateUpdate(RoundKey Key, string WorkerId, ReadOnlyMemory<float> Parameters, double Weight, long Steps = 1, double StartLoss = double.NaN)
    : IWireMessage<AccumulateUpdate>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.AccumulateUpdate;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 5);
        Key.Write(ref writer);
        writer.Write(WorkerId);
        writer.WriteSharedSingles(Parameters);
        writer.Write(Weight);
        writer.Write(Steps);
        writer.Write(StartLoss);
    }

    /// <inheritdoc/>
    public static AccumulateUpdate Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 5);
        AccumulateUpdate message = new(
            RoundKey.Read(ref reader), reader.ReadName(), reader.ReadParameters(), reader.ReadWeight(), reader.ReadInt64("steps", 1), reader.ReadDouble());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to the aggregator: answer with what the round's updates reduce to.</summary>
/// <param name="Key">The round.</param>
public sealed record CloseRound(RoundKey Key) : IWireMessage<CloseRound>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.CloseRound;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields);
        Key.Write(ref writer);
    }

    /// <inheritdoc/>
    public static CloseRound Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields);
        CloseRound message = new(RoundKey.Read(ref reader));
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Aggregator to provider: what the updates reduce to.</summary>
/// <param name="Key">The round.</param>
/// <param name="Parameters">The aggregate.</param>
/// <param name="Contributors">Workers whose updates are in it.</param>
public sealed record AggregatedResult(RoundKey Key, ReadOnlyMemory<float> Parameters, IReadOnlyList<string> Contributors) : IWireMessage<AggregatedResult>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.AggregatedResult;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 2);
        Key.Write(ref writer);
        writer.WriteSharedSingles(Parameters);
        writer.WriteNames(Contributors);
    }

    /// <inheritdoc/>
    public static AggregatedResult Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 2);
        AggregatedResult message = new(RoundKey.Read(ref reader), reader.ReadParameters(), reader.ReadNames());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Aggregator to provider: it does not hold the round, or cannot reduce it.</summary>
/// <param name="Key">The round.</param>
/// <param name="Text">Why.</param>
public sealed record AggregationFailed(RoundKey Key, string Text) : IWireMessage<AggregationFailed>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.AggregationFailed;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 1);
        Key.Write(ref writer);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static AggregationFailed Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 1);
        AggregationFailed message = new(RoundKey.Read(ref reader), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Aggregator to provider: one update could not be taken in; the others are held.</summary>
/// <param name="Key">The round.</param>
/// <param name="WorkerId">Whose update.</param>
/// <param name="Code">A stable code, see <see cref="Rounds.RefusalCodes"/>.</param>
/// <param name="Text">Why.</param>
public sealed record UpdateNotAccumulated(RoundKey Key, string WorkerId, string Code, string Text) : IWireMessage<UpdateNotAccumulated>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.UpdateNotAccumulated;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 3);
        Key.Write(ref writer);
        writer.Write(WorkerId);
        writer.Write(Code);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static UpdateNotAccumulated Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 3);
        UpdateNotAccumulated message = new(RoundKey.Read(ref reader), reader.ReadName(), reader.ReadId(), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}
