using FedActors.FL.Compression;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Runs;

/// <summary>The configured model for a data set.</summary>
internal static class ModelChoice
{
    /// <summary>The model, or a fault of the configuration where it does not fit the data.</summary>
    /// <param name="manifest">The data set.</param>
    /// <param name="kind">As configured.</param>
    /// <param name="origin">Where that was written, if it is known.</param>
    /// <exception cref="CommandFailure">The model does not fit.</exception>
    public static ModelSpecification Specify(DataManifest manifest, string kind, string? origin = null) =>
        ModelSpecification.FindFault(kind, manifest.Features, manifest.Classes) is { } fault
            ? throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.Model.Path, $"\"{kind}\"", origin, $"must fit the data set {manifest.Name}: {fault}")])
            : manifest.Specify(kind);

    /// <summary>Refuses a compression that is of no use for the model, before anything starts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stages">As configured.</param>
    /// <param name="origin">Where that was written, if it is known.</param>
    /// <exception cref="CommandFailure">It is of no use.</exception>
    public static void CheckCompression(ModelSpecification model, IReadOnlyList<string> stages, string? origin = null)
    {
        if (CompressionPipeline.From(stages).FindMisfit(model.Layout) is { } misfit)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.Compression.Path, $"\"{string.Join(',', stages)}\"", origin, misfit)]);
        }
    }

    /// <summary>The data set that a configuration names, if it is on this machine; null for one that only members have.</summary>
    public static DataManifest? FindManifest(string source) =>
        source == LandsatData.Name || Directory.Exists(source) ? FederatedData.Open(source).Manifest : null;
}
