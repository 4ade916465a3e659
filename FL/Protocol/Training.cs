using FedActors.Actors.Serialization;
using FedActors.FL.Training;

namespace FedActors.FL.Protocol;

/// <summary>Provider to a worker: train from these parameters. Answered by <see cref="ModelUpdate"/> or <see cref="TrainingFailed"/>.</summary>
/// <param name="Key">The round.</param>
/// <param name="BaseHash">Hash of the parameters. A worker that is asked the same again answers from memory.</param>
/// <param name="Parameters">The global parameters.</param>
/// <param name="Mu">FedProx's proximal term in this round.</param>
/// <param name="MeasureStart">Whether the worker measures its loss before it trains.</param>
/// <param name="Steps">Optimizer steps to take; 0 for the plan's epochs.</param>
/// <param name="Correction">Added to every gradient; empty for nothing.</param>
/// <param name="Settled">The round of the worker's last update that counted in a committed round, 0 for none: from there on compression goes.</param>
public sealed record TrainRequest(
    RoundKey Key, string BaseHash, ReadOnlyMemory<float> Parameters, float Mu, bool MeasureStart = false, long Steps = 0, ReadOnlyMemory<float> Correction = default,
    int Settled = 0)
    : IWireMessage<TrainRequest>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.TrainRequest;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 7);
        Key.Write(ref writer);
        writer.Write(BaseHash);
        writer.WriteSharedSingles(Parameters);
        writer.Write(Mu);
        writer.Write(MeasureStart);
        writer.Write(Steps);
        writer.WriteSharedSingles(Correction);
        writer.Write(Settled);
    }

    /// <inheritdoc/>
    public static TrainRequest Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 6);
        TrainRequest message = new(
            RoundKey.Read(ref reader), reader.ReadId(), reader.ReadParameters(), reader.ReadSingle(), reader.ReadBoolean(),
            reader.ReadInt64("steps", 0, LocalWork.MaxSteps), reader.ReadParameters());
        if (extra > 0)
        {
            extra--;
            message = message with { Settled = reader.ReadInt32("settled round", 0) };
        }

        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Worker to provider: what training gave.</summary>
/// <param name="Key">The round, and the newest attempt that the worker was asked for.</param>
/// <param name="WorkerId">Its name.</param>
/// <param name="Parameters">Its new parameters; of any length and content until they are inspected. Empty where they are compressed.</param>
/// <param name="Samples">Its examples: its weight.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Accuracy">Training accuracy.</param>
/// <param name="TrainingTime">How long training took.</param>
/// <param name="Steps">Optimizer steps that it took.</param>
/// <param name="StartLoss">Mean loss before them; NaN where nobody asked for it.</param>
/// <param name="Compressed">The difference from the parameters that the request held, as the run's compression writes it; empty where there is none.</param>
public sealed record ModelUpdate(
    RoundKey Key, string WorkerId, ReadOnlyMemory<float> Parameters, long Samples, double Loss, double Accuracy, TimeSpan TrainingTime, long Steps = 1, double StartLoss = double.NaN,
    ReadOnlyMemory<byte> Compressed = default)
    : IWireMessage<ModelUpdate>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.ModelUpdate;

    /// <summary>Bytes that the parameters take on the wire.</summary>
    internal long ParameterBytes => Compressed.IsEmpty ? (long)Parameters.Length * sizeof(float) : Compressed.Length;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 9);
        Key.Write(ref writer);
        writer.Write(WorkerId);
        writer.WriteSharedSingles(Parameters);
        writer.Write(Samples);
        writer.Write(Loss);
        writer.Write(Accuracy);
        writer.Write(TrainingTime);
        writer.Write(Steps);
        writer.Write(StartLoss);
        writer.WriteBinary(Compressed.Span);
    }

    /// <inheritdoc/>
    public static ModelUpdate Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 8);
        ModelUpdate message = new(
            RoundKey.Read(ref reader), reader.ReadName(), reader.ReadParameters(), reader.ReadInt64("samples", 0),
            reader.ReadDouble(), reader.ReadDouble(), reader.ReadDuration(), reader.ReadInt64("steps", 1), reader.ReadDouble());
        if (extra > 0)
        {
            extra--;
            message = message with { Compressed = reader.ReadBinary(WireLimits.MaxCompressedBytes).ToArray() };
        }

        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Worker to provider: training failed.</summary>
/// <param name="Key">The round.</param>
/// <param name="WorkerId">Its name.</param>
/// <param name="Text">The failure's own text, for the round's record.</param>
public sealed record TrainingFailed(RoundKey Key, string WorkerId, string Text) : IWireMessage<TrainingFailed>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.TrainingFailed;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 2);
        Key.Write(ref writer);
        writer.Write(WorkerId);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static TrainingFailed Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 2);
        TrainingFailed message = new(RoundKey.Read(ref reader), reader.ReadName(), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to the sender of an update: it is not counted.</summary>
/// <param name="Key">The round that the update belongs to.</param>
/// <param name="WorkerId">The name that it bears.</param>
/// <param name="Code">A stable code, see <see cref="Rounds.RefusalCodes"/>.</param>
/// <param name="Text">Why.</param>
public sealed record UpdateRefused(RoundKey Key, string WorkerId, string Code, string Text) : IWireMessage<UpdateRefused>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.UpdateRefused;

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
    public static UpdateRefused Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 3);
        UpdateRefused message = new(RoundKey.Read(ref reader), reader.ReadName(), reader.ReadId(), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to all members: a round is committed, durable and final.</summary>
/// <param name="Key">The round, with attempt 0.</param>
/// <param name="ParameterHash">Hash of the new global parameters.</param>
/// <param name="Parameters">The parameters themselves after the last round; before that they travel with the next <see cref="TrainRequest"/>, and not twice.</param>
public sealed record GlobalModelBroadcast(RoundKey Key, string ParameterHash, ReadOnlyMemory<float>? Parameters) : IWireMessage<GlobalModelBroadcast>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.GlobalModelBroadcast;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 2);
        Key.Write(ref writer);
        writer.Write(ParameterHash);
        if (Parameters is { } parameters)
        {
            writer.WriteSharedSingles(parameters);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <inheritdoc/>
    public static GlobalModelBroadcast Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 2);
        GlobalModelBroadcast message = new(RoundKey.Read(ref reader), reader.ReadId(), reader.TryReadNil() ? null : reader.ReadParameters());
        reader.SkipFields(extra);
        return message;
    }
}
