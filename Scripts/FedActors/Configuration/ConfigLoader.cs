using System.Text.Json;

namespace FedActors.Scripts.Configuration;

/// <summary>Turns raw values into a configuration, or into the list of everything that is wrong with them.</summary>
internal static class ConfigLoader
{
    /// <summary>Loads, collecting faults rather than stopping at the first.</summary>
    public static ConfigLoad Load(ConfigSources sources)
    {
        ConfigLoad load = Bind(sources, ConfigVocabulary.Federation);
        AdaptQuorum(load.Values);
        return load with { Faults = [.. load.Faults, .. ConfigRules.Check(load.Values)] };
    }

    /// <summary>Reads values under a vocabulary, without a look at what must hold between them.</summary>
    public static ConfigLoad Bind(ConfigSources sources, ConfigVocabulary vocabulary)
    {
        var faults = new List<ConfigFault>();
        var values = new ConfigValues();
        foreach (RawValue raw in sources.Read(vocabulary, faults))
        {
            Bind(raw, vocabulary, values, faults);
        }

        return new ConfigLoad(values, faults);
    }

    private static void Bind(RawValue raw, ConfigVocabulary vocabulary, ConfigValues values, List<ConfigFault> faults)
    {
        if (vocabulary.Find(raw.Path) is not { } key)
        {
            faults.Add(new ConfigFault(raw.Path, null, raw.Origin, vocabulary.DescribeUnknown(raw.Path)));
        }
        else if (raw.Kind == JsonValueKind.Null && key.DefaultJson is null)
        {
            values.Set(key, null, raw.Origin);
        }
        else if (key.TryRead(raw, out object? value))
        {
            values.Set(key, value, raw.Origin);
        }
        else
        {
            values.MarkUnreadable(key);
            faults.Add(new ConfigFault(key.Path, raw.Quoted, raw.Origin, $"must be {key.Allowed}{(key.FindFault(raw) is { } wrong ? $"; {wrong}" : string.Empty)}{(key.Meant(raw.Text) is { } meant ? $"; did you mean {meant}?" : string.Empty)}"));
        }
    }

    /// <summary>A quorum that nobody set is at most the number of those whom it is of.</summary>
    public static void AdaptQuorum(ConfigValues values)
    {
        Adapt(values, ConfigKeys.Workers, ConfigKeys.MinWorkers);
        Adapt(values, ConfigKeys.Peers, ConfigKeys.MinPeers);
    }

    private static void Adapt(ConfigValues values, ConfigKey<int> all, ConfigKey<int> quorum)
    {
        int count = values.Get(all);
        if (!values.IsSet(quorum) && count < quorum.Default)
        {
            values.Set(quorum, count, $"default, lowered to {all.Path}");
        }
    }
}

/// <summary>What came of loading.</summary>
/// <param name="Values">Every setting; when there are faults, only those that could be read are what was meant.</param>
/// <param name="Faults">Everything that is wrong; empty for a valid configuration.</param>
internal sealed record ConfigLoad(ConfigValues Values, IReadOnlyList<ConfigFault> Faults);
