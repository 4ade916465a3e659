using System.Text.Json;
using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Simulation.Scenarios;

namespace FedActors.Scripts.Scenarios;

/// <summary>Writes a scenario's data and rules so that real roles can run it: a folder for <c>run</c>, <c>up</c> and <c>start</c>.</summary>
internal static class ScenarioExport
{
    /// <summary>Writes the first run's clients and rules.</summary>
    /// <exception cref="CommandFailure">There are more clients than a data set has sites.</exception>
    public static CommandResult Write(ScenarioPlan plan, string folder, bool overwrite)
    {
        ScenarioVariant variant = plan.Variants[0];
        ulong seed = variant.Values.Get(ConfigKeys.Seed);
        IVirtualClients clients = ScenarioClients.Make(variant.Values, seed);
        if (clients.Count > DataManifest.MaxSites)
        {
            throw CommandFailure.Usage($"The scenario has {clients.Count:N0} clients; a data set has at most {DataManifest.MaxSites:N0} sites. Set Clients:Count lower.");
        }

        DataFolderExport.Write(new ClientsAsData(clients), folder, overwrite);
        JsonObject rules = variant.Values.ToJson(ScenarioSetups.KeysOf(variant.Values));
        rules["Data"] = new JsonObject { ["Source"] = folder };
        string file = Path.Combine(folder, ConfigSources.DefaultFile);
        OutputFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(rules, new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }), overwrite);
        return new CommandResult
        {
            Data = new JsonObject { ["folder"] = folder, ["configuration"] = file, ["clients"] = clients.Count },
            Text = output => output.WriteLine($"{Counted.Of(clients.Count, "client")} in {folder}. Real roles end with the scenario's parameters where {(variant.IsGossip ? "all peers keep step" : "all clients answer")}: fedactors run {file}, or fedactors up {variant.Values.Get(ConfigKeys.Mode)} {file}"),
        };
    }
}
