using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Rounds;

namespace FedActors.FL.Protocol;

/// <summary>Provider to a member: what the run trains and how. The same for all members and over all restarts of the provider.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Specification">Its model.</param>
/// <param name="Training">What every site does in a round.</param>
/// <param name="Mean">Each feature's mean over the sites that the run began with.</param>
/// <param name="Scale">What each feature is divided by after the mean is taken off.</param>
/// <param name="Sites">The sites that the run began with.</param>
/// <param name="Compression">How sites write their updates; see <see cref="CompressionPipeline.Text"/>.</param>
public sealed record RunPlan(
    string RunId,
    ulong Seed,
    ModelSpecification Specification,
    TrainingOptions Training,
    ReadOnlyMemory<double> Mean,
    ReadOnlyMemory<double> Scale,
    IReadOnlyList<RunSite> Sites,
    string Compression = "") : IWireMessage<RunPlan>
{
    // Plans that were stored before there were packages or compression end after these.
    private const int Fields = 7;

    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RunPlan;

    /// <summary>The package whose programs train and score; null for this program's own.</summary>
    public PackageOffer? Package { get; init; }

    /// <summary>What brings a site's features to mean 0 and deviation 1.</summary>
    internal Standardiser ToStandardiser() => new(Mean.ToArray(), Scale.ToArray());

    /// <summary>Whether sites train alike under both plans. A run that began anew under the same id, on a store that was put back, may have another.</summary>
    internal bool TrainsAs(RunPlan other) =>
        RunId == other.RunId && Seed == other.Seed && Specification == other.Specification && Training == other.Training && Compression == other.Compression
        && Mean.Span.SequenceEqual(other.Mean.Span) && Scale.Span.SequenceEqual(other.Scale.Span) && Package == other.Package;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Fields + 2);
        writer.Write(RunId);
        writer.Write(Seed);
        writer.Write(Specification);
        writer.Write(Training);
        writer.WriteDoubles(Mean.Span);
        writer.WriteDoubles(Scale.Span);
        writer.WriteSites(Sites);
        writer.Write(Package);
        writer.Write(Compression);
    }

    /// <inheritdoc/>
    public static RunPlan Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(Fields);
        RunPlan message = new(
            reader.ReadId(), reader.ReadUInt64(), reader.ReadSpecification(), reader.ReadTraining(),
            reader.ReadDoubles(ModelSpecification.MaxFeatures), reader.ReadDoubles(ModelSpecification.MaxFeatures), reader.ReadSites());

        if (extra > 0)
        {
            message = message with { Package = reader.ReadPackage() };
            extra--;
        }

        if (extra > 0)
        {
            message = message with { Compression = reader.ReadString(WireLimits.MaxIdBytes) };
            extra--;
        }

        reader.SkipFields(extra);
        if (!CompressionPipeline.TryParse(message.Compression, out _))
        {
            throw new ProtocolException($"This program does not know the compression '{message.Compression}' of run {message.RunId}.");
        }

        int features = message.Specification.Features;
        if (message.Mean.Length != features || message.Scale.Length != features)
        {
            throw new ProtocolException($"A plan for {features} features has {message.Mean.Length} means and {message.Scale.Length} scales.");
        }

        return Standardiser.FindFault(message.Mean.Span, message.Scale.Span) is { } fault ? throw new ProtocolException(fault) : message;
    }
}

/// <summary>Provider to all members: the run has ended. Also the answer to who registers after that.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Outcome">How.</param>
/// <param name="Reason">Why, where the outcome does not say it all.</param>
/// <param name="CommittedRounds">Rounds that it committed.</param>
/// <param name="ParameterHash">Hash of the last committed parameters; null if there are none.</param>
public sealed record RunEnded(string RunId, RunOutcome Outcome, string? Reason, int CommittedRounds, string? ParameterHash) : IWireMessage<RunEnded>
{
    /// <inheritdoc/>
    public static int TypeId => CoordinatedTypeIds.RunEnded;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(5);
        writer.Write(RunId);
        writer.Write((int)Outcome);
        writer.Write(Reason);
        writer.Write(CommittedRounds);
        writer.Write(ParameterHash);
    }

    /// <inheritdoc/>
    public static RunEnded Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(5);
        RunEnded message = new(
            reader.ReadId(), (RunOutcome)reader.ReadInt32("outcome", (int)RunOutcome.Finished, (int)RunOutcome.BelowParticipation),
            reader.ReadNullableString(WireLimits.MaxTextBytes), reader.ReadInt32("committed rounds", 0), reader.ReadNullableString(WireLimits.MaxIdBytes));
        reader.SkipFields(extra);
        return message;
    }
}
