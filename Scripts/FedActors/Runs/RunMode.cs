using System.Text.Json.Nodes;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Whether a stored run had a provider, or was made by peers.</summary>
internal static class RunMode
{
    public const string Gossip = "gossip";

    /// <summary>The mode by its configured name.</summary>
    public static string Of(RunRecord run) => JsonNode.Parse(run.Configuration)?["Mode"]?.GetValue<string>() ?? "coordinated";
}
