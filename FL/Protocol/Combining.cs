using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>Combiner to provider, or to the combiner above: it stands for the workers that register from its node from now on. Answered as <see cref="RegisterWorker"/>.</summary>
/// <param name="CombinerId">Its name.</param>
/// <param name="Incarnation">Of its node.</param>
public sealed record RegisterCombiner(string CombinerId, long Incarnation) : IWireMessage<RegisterCombiner>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RegisterCombiner;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(CombinerId);
        writer.Write(Incarnation);
    }

    /// <inheritdoc/>
    public static RegisterCombiner Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        RegisterCombiner message = new(reader.ReadName(), reader.ReadInt64());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to a combiner: the parameters that its workers' requests leave out, once for all of them.</summary>
/// <param name="Key">The round that asks for them first.</param>
/// <param name="Hash">Their hash, by which requests name them.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Sums">Whether the combiner sums its workers' updates, rather than passing them on one by one.</param>
public sealed record RoundModel(RoundKey Key, string Hash, ReadOnlyMemory<float> Parameters, bool Sums) : IWireMessage<RoundModel>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RoundModel;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 3);
        Key.Write(ref writer);
        writer.Write(Hash);
        writer.WriteSharedSingles(Parameters);
        writer.Write(Sums);
    }

    /// <inheritdoc/>
    public static RoundModel Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 3);
        RoundModel message = new(RoundKey.Read(ref reader), reader.ReadId(), reader.ReadParameters(), reader.ReadBoolean());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Combiner to provider: an update has come, and what of it the provider decides by. The parameters stay with the combiner.</summary>
/// <param name="Key">The round that the update bears.</param>
/// <param name="WorkerId">The name that it bears.</param>
/// <param name="Samples">Its examples.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Accuracy">Training accuracy.</param>
/// <param name="TrainingTime">How long training took.</param>
/// <param name="Steps">Optimizer steps that it took.</param>
/// <param name="Bytes">Bytes that its parameters took on the way to the combiner.</param>
/// <param name="Code">What the combiner found wrong with the parameters, see <see cref="Rounds.RefusalCodes"/>; empty where they are sound.</param>
/// <param name="Text">The same for people.</param>
public sealed record UpdateFiguresReport(
    RoundKey Key, string WorkerId, long Samples, double Loss, double Accuracy, TimeSpan TrainingTime, long Steps, long Bytes, string Code = "", string Text = "")
    : IWireMessage<UpdateFiguresReport>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.UpdateFiguresReport;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 9);
        Key.Write(ref writer);
        writer.Write(WorkerId);
        writer.Write(Samples);
        writer.Write(Loss);
        writer.Write(Accuracy);
        writer.Write(TrainingTime);
        writer.Write(Steps);
        writer.Write(Bytes);
        writer.Write(Code);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static UpdateFiguresReport Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 9);
        UpdateFiguresReport message = new(
            RoundKey.Read(ref reader), reader.ReadName(), reader.ReadInt64("samples", 0), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDuration(),
            reader.ReadInt64("steps", 1), reader.ReadInt64("bytes", 0, (long)WireLimits.MaxParameters * sizeof(float)), reader.ReadString(WireLimits.MaxIdBytes), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Combiner to provider: a worker is gone from here.</summary>
/// <param name="WorkerId">Its name.</param>
/// <param name="Text">Why, for people.</param>
/// <param name="MayReturn">Whether it is not the worker that was lost but a combiner between, so that the worker is likely to come back by another way.</param>
public sealed record WorkerLeft(string WorkerId, string Text, bool MayReturn) : IWireMessage<WorkerLeft>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.WorkerLeft;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(WorkerId);
        writer.Write(Text);
        writer.Write(MayReturn);
    }

    /// <inheritdoc/>
    public static WorkerLeft Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(3);
        WorkerLeft message = new(reader.ReadName(), reader.ReadText(), reader.ReadBoolean());
        reader.SkipFields(extra);
        return message;
    }
}
