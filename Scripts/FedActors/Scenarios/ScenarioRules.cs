using FedActors.FL.Attacks;
using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Rounds;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Scenarios;

/// <summary>What must hold between a scenario's settings.</summary>
internal static class ScenarioRules
{
    public static IEnumerable<ConfigFault> Check(ConfigValues values) => [.. Data(values), .. Attackers(values), .. Devices(values), .. Protocol(values)];

    private static IEnumerable<ConfigFault> Data(ConfigValues values)
    {
        string data = values.Get(ScenarioKeys.Data);
        bool isSynthetic = data == ScenarioKeys.Synthetic;
        if (isSynthetic && values.IsSet(ScenarioKeys.Partition))
        {
            yield return Fault(values, ScenarioKeys.Partition, "means nothing for synthetic examples, which are made for each client: set Clients:Alpha, or name other data");
        }

        ConfigKey[] own = [ScenarioKeys.Samples, ScenarioKeys.Features, ScenarioKeys.Classes, ScenarioKeys.Separation, ScenarioKeys.EvaluationSamples];
        foreach (ConfigKey key in own.Where(key => !isSynthetic && values.IsSet(key)))
        {
            yield return Fault(values, key, $"means something only for synthetic examples; Clients:Data is {data}");
        }

        if (isSynthetic && ModelSpecification.FindFault(values.Get(ConfigKeys.Model), values.Get(ScenarioKeys.Features), values.Get(ScenarioKeys.Classes)) is { } fault)
        {
            yield return Fault(values, ConfigKeys.Model, $"must fit Clients:Features and Clients:Classes: {fault}");
        }
        else if (isSynthetic && CompressionPipeline.FindFault(values.Get(ConfigKeys.Compression)) is null
            && CompressionPipeline.From(values.Get(ConfigKeys.Compression)).FindMisfit(new ModelSpecification(values.Get(ConfigKeys.Model), values.Get(ScenarioKeys.Features), values.Get(ScenarioKeys.Classes)).Layout) is { } misfit)
        {
            yield return Fault(values, ConfigKeys.Compression, misfit);
        }

        if (!isSynthetic && ScenarioClients.FindFault(values) is { } missing)
        {
            yield return Fault(values, ScenarioKeys.Data, missing);
        }
        else if (ScenarioClients.FindSites(values) is { } sites && values.Get(ScenarioKeys.Clients) != sites)
        {
            yield return Fault(values, ScenarioKeys.Clients, $"must be {sites}, the sites of {data}; or deal its rows out with Clients:Partition");
        }
    }

    private static IEnumerable<ConfigFault> Attackers(ConfigValues values)
    {
        if (values.Get(ScenarioKeys.Attack) == ScenarioKeys.Attack.Default)
        {
            if (values.IsSet(ScenarioKeys.AttackShare))
            {
                yield return Fault(values, ScenarioKeys.AttackShare, $"means something only with {ScenarioKeys.Attack.Path}: {ScenarioKeys.Attack.Allowed}");
            }
        }
        else if (values.Get(ScenarioKeys.AttackShare) is var share && Math.Round(share * values.Get(ScenarioKeys.Clients)) >= values.Get(ScenarioKeys.Clients))
        {
            yield return Fault(values, ScenarioKeys.AttackShare, "must leave an honest client");
        }
    }

    private static IEnumerable<ConfigFault> Devices(ConfigValues values)
    {
        if (values.IsSet(ScenarioKeys.Online) && values.Get(ScenarioKeys.Offline).IsZero)
        {
            yield return Fault(values, ScenarioKeys.Online, $"means something only when {ScenarioKeys.Offline.Path} is over 0");
        }
    }

    private static IEnumerable<ConfigFault> Protocol(ConfigValues values)
    {
        bool outlives = values.Get(ConfigKeys.Protocol) == Protocols.Asynchronous || values.Get(ConfigKeys.Late) != LateUpdates.Drop;
        if (outlives && values.Get(ConfigKeys.Mode) != RunMode.Gossip && AllAttacks.Find(values.Get(ScenarioKeys.Attack)) is not (null or LabelFlip))
        {
            yield return Fault(values, ScenarioKeys.Attack, $"knows what all others send in a round, and here updates outlive theirs: use label-flip, or {ConfigKeys.Protocol.Path} {Protocols.Synchronous} with {ConfigKeys.Late.Path} {LateUpdates.Drop}");
        }
    }

    private static ConfigFault Fault(ConfigValues values, ConfigKey key, string allowed) =>
        new(key.Path, values.Json(key)?.ToJsonString(), values.Origin(key), allowed);
}
