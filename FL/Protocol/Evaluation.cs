using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Models;

namespace FedActors.FL.Protocol;

/// <summary>Provider to the evaluator: score these parameters. Answered by <see cref="EvaluationResult"/> or <see cref="EvaluationFailed"/>.</summary>
/// <param name="Key">The round; attempt 0 for one that is committed already.</param>
/// <param name="ParameterHash">Their hash, which the answer repeats.</param>
/// <param name="Parameters">The parameters.</param>
public sealed record EvaluateModel(RoundKey Key, string ParameterHash, ReadOnlyMemory<float> Parameters) : IWireMessage<EvaluateModel>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.EvaluateModel;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 2);
        Key.Write(ref writer);
        writer.Write(ParameterHash);
        writer.WriteSharedSingles(Parameters);
    }

    /// <inheritdoc/>
    public static EvaluateModel Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 2);
        EvaluateModel message = new(RoundKey.Read(ref reader), reader.ReadId(), reader.ReadParameters());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Evaluator to provider: how well the parameters predict.</summary>
/// <param name="Key">As asked.</param>
/// <param name="ParameterHash">As asked.</param>
/// <param name="Samples">Examples evaluated.</param>
/// <param name="Accuracy">Share predicted right.</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="PerClassAccuracy">Share predicted right of each class; NaN for a class without examples.</param>
/// <param name="Confusion">Row-major [true class, predicted class] counts.</param>
public sealed record EvaluationResult(
    RoundKey Key,
    string ParameterHash,
    long Samples,
    double Accuracy,
    double Loss,
    ReadOnlyMemory<double> PerClassAccuracy,
    ReadOnlyMemory<long> Confusion) : IWireMessage<EvaluationResult>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.EvaluationResult;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 6);
        Key.Write(ref writer);
        writer.Write(ParameterHash);
        writer.Write(Samples);
        writer.Write(Accuracy);
        writer.Write(Loss);
        writer.WriteDoubles(PerClassAccuracy.Span);
        writer.WriteInt64s(Confusion.Span);
    }

    /// <inheritdoc/>
    public static EvaluationResult Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 6);
        EvaluationResult message = new(
            RoundKey.Read(ref reader), reader.ReadId(), reader.ReadInt64("samples", 0), reader.ReadDouble(), reader.ReadDouble(),
            reader.ReadDoubles(ModelSpecification.MaxClasses), reader.ReadInt64s(ModelSpecification.MaxClasses * ModelSpecification.MaxClasses));
        reader.SkipFields(extra);
        long classes = message.PerClassAccuracy.Length;
        return message.Confusion.Length == classes * classes
            ? message
            : throw new ProtocolException($"A confusion matrix of {message.Confusion.Length} cells was found for {classes} classes.");
    }
}

/// <summary>Evaluator to provider: it could not score the parameters.</summary>
/// <param name="Key">As asked.</param>
/// <param name="Text">The failure's own text.</param>
public sealed record EvaluationFailed(RoundKey Key, string Text) : IWireMessage<EvaluationFailed>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.EvaluationFailed;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(RoundKey.Fields + 1);
        Key.Write(ref writer);
        writer.Write(Text);
    }

    /// <inheritdoc/>
    public static EvaluationFailed Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(RoundKey.Fields + 1);
        EvaluationFailed message = new(RoundKey.Read(ref reader), reader.ReadText());
        reader.SkipFields(extra);
        return message;
    }
}
