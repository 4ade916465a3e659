using System.Text.Json.Nodes;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Whether a stored run was simulated: its configuration says then what its clients were like.</summary>
internal static class RunScenario
{
    /// <summary>The scenario's name; null for a run of real roles.</summary>
    public static string? NameOf(RunRecord run)
    {
        JsonNode? configuration = JsonNode.Parse(run.Configuration);
        return configuration?["Clients"] is JsonObject ? configuration["Name"]?.GetValue<string>() ?? "without a name" : null;
    }
}
