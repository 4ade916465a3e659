using FedActors.Actors.Serialization;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Rounds;

namespace FedActors.FL.Protocol;

/// <summary>Worker to provider, on every new connection: this site wants to take part. Answered by <see cref="Registered"/> or <see cref="RegistrationRefused"/>.</summary>
/// <param name="WorkerId">Its name, the same over restarts.</param>
/// <param name="Site">The site whose data it holds.</param>
/// <param name="Specification">The model that its data fits.</param>
/// <param name="Samples">Its training examples.</param>
/// <param name="Moments">Sums over its features, as <c>FeatureMoments</c> encodes them: what standardisation needs, and no row.</param>
/// <param name="Incarnation">Of its node.</param>
public sealed record RegisterWorker(string WorkerId, string Site, ModelSpecification Specification, long Samples, ReadOnlyMemory<byte> Moments, long Incarnation)
    : IWireMessage<RegisterWorker>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RegisterWorker;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(6);
        writer.Write(WorkerId);
        writer.Write(Site);
        writer.Write(Specification);
        writer.Write(Samples);
        writer.WriteBinary(Moments.Span);
        writer.Write(Incarnation);
    }

    /// <inheritdoc/>
    public static RegisterWorker Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(6);
        RegisterWorker message = new(
            reader.ReadName(), reader.ReadName(), reader.ReadSpecification(), reader.ReadInt64("samples", 0),
            reader.ReadBinary(WireLimits.MaxMomentsBytes).ToArray(), reader.ReadInt64());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Evaluator to provider, on every new connection. Answered as <see cref="RegisterWorker"/>.</summary>
/// <param name="EvaluatorId">Its name.</param>
/// <param name="Site">What its data is called.</param>
/// <param name="Specification">The model that its data fits.</param>
/// <param name="Samples">Its held-out examples.</param>
/// <param name="Incarnation">Of its node.</param>
public sealed record RegisterEvaluator(string EvaluatorId, string Site, ModelSpecification Specification, long Samples, long Incarnation)
    : IWireMessage<RegisterEvaluator>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RegisterEvaluator;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.Write(EvaluatorId);
        writer.Write(Site);
        writer.Write(Specification);
        writer.Write(Samples);
        writer.Write(Incarnation);
    }

    /// <inheritdoc/>
    public static RegisterEvaluator Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(5);
        RegisterEvaluator message = new(reader.ReadName(), reader.ReadName(), reader.ReadSpecification(), reader.ReadInt64("samples", 0), reader.ReadInt64());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Aggregator to provider, on every new connection and after every restart, since it has then lost what it held.</summary>
/// <param name="AggregatorId">Its name.</param>
/// <param name="Incarnation">Of its node.</param>
public sealed record RegisterAggregator(string AggregatorId, long Incarnation) : IWireMessage<RegisterAggregator>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RegisterAggregator;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(AggregatorId);
        writer.Write(Incarnation);
    }

    /// <inheritdoc/>
    public static RegisterAggregator Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        RegisterAggregator message = new(reader.ReadName(), reader.ReadInt64());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to a member: it is admitted. The run's <see cref="RunPlan"/> follows when the run has begun.</summary>
/// <param name="MemberId">The member's name.</param>
/// <param name="Rejoined">Whether it had been admitted before.</param>
public sealed record Registered(string MemberId, bool Rejoined) : IWireMessage<Registered>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.Registered;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(MemberId);
        writer.Write(Rejoined);
    }

    /// <inheritdoc/>
    public static Registered Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        Registered message = new(reader.ReadName(), reader.ReadBoolean());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to a member: it is not admitted.</summary>
/// <param name="MemberId">The name that it gave; may be what was refused.</param>
/// <param name="Code">A stable code, see <see cref="RegistrationRefusalCodes"/>.</param>
/// <param name="Text">Why, with what differs and what to do.</param>
/// <param name="MayPass">Whether the same registration may be admitted when it is tried again.</param>
public sealed record RegistrationRefused(string MemberId, string Code, string Text, bool MayPass) : IWireMessage<RegistrationRefused>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RegistrationRefused;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(MemberId);
        writer.Write(Code);
        writer.Write(Text);
        writer.Write(MayPass);
    }

    /// <inheritdoc/>
    public static RegistrationRefused Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(4);
        RegistrationRefused message = new(reader.ReadString(WireLimits.MaxNameBytes), reader.ReadId(), reader.ReadText(), reader.ReadBoolean());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Provider to a member: the provider has lost its memory of who is here, so register anew. From a combiner also: it has lost its own provider.</summary>
/// <param name="Reason">What happened, for the member's log.</param>
/// <param name="Elsewhere">Whether to try the next way first, where there are several.</param>
public sealed record RegisterAgain(string Reason, bool Elsewhere = false) : IWireMessage<RegisterAgain>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RegisterAgain;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Reason);
        writer.Write(Elsewhere);
    }

    /// <inheritdoc/>
    public static RegisterAgain Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(2);
        RegisterAgain message = new(reader.ReadText(), reader.ReadBoolean());
        reader.SkipFields(extra);
        return message;
    }
}
