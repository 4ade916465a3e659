using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>Reads compressed updates against the parameters that their workers were given.</summary>
internal static class CompressedUpdates
{
    /// <summary>An update with its parameters; as it is where it is not compressed.</summary>
    /// <param name="pipeline">The run's compression.</param>
    /// <param name="update">The update.</param>
    /// <param name="given">The parameters that the worker was given; null where nobody knows them.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="fault">Why it cannot be read, or null.</param>
    public static ModelUpdate Read(CompressionPipeline pipeline, ModelUpdate update, ParameterVector? given, ulong seed, out Objection? fault)
    {
        fault = null;
        if (update.Compressed.IsEmpty)
        {
            return update;
        }

        string who = $"worker {update.WorkerId}";
        if (pipeline.IsNone)
        {
            fault = new Objection(RefusalReason.Undecodable, $"{who} compresses its update; this run does not");
            return update;
        }

        if (given is null)
        {
            fault = new Objection(RefusalReason.Undecodable, $"the compressed update of {who} for round {update.Key.Round} cannot be read: nobody was given parameters in that round");
            return update;
        }

        if (!pipeline.TryDecode(update.Compressed.Span, given.Layout, new UpdateOrigin(seed, "", update.Key.Round), out float[]? difference, out string? unreadable))
        {
            fault = new Objection(RefusalReason.Undecodable, $"{who}: {unreadable}");
            return update;
        }

        ErrorFeedback.Reconstruct(given.Values, difference);
        return update with { Parameters = difference };
    }
}
