using System.Text.Json;

namespace FedActors.Scripts.Configuration;

/// <summary>Turns raw values into a configuration, or into the list of everything that is wrong with them.</summary>
internal static class ConfigLoader
{
    /// <summary>Loads, collecting faults rather than stopping at the first.</summary>
    public static ConfigLoad Load(ConfigSources sources)
    {
        var faults = new List<ConfigFault>();
        var values = new ConfigValues();
        foreach (RawValue raw in sources.Read(faults))
        {
            Bind(raw, values, faults);
        }

        AdaptQuorum(values);
        faults.AddRange(ConfigRules.Check(values));
        return new ConfigLoad(values, faults);
    }

    private static void Bind(RawValue raw, ConfigValues values, List<ConfigFault> faults)
    {
        if (ConfigKeys.Find(raw.Path) is not { } key)
        {
            faults.Add(new ConfigFault(raw.Path, null, raw.Origin, Unknown(raw.Path)));
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
            faults.Add(new ConfigFault(key.Path, raw.Quoted, raw.Origin, $"must be {key.Allowed}"));
        }
    }

    private static string Unknown(string path)
    {
        if (ConfigKeys.IsSection(path))
        {
            return "is a section: its settings go inside it";
        }

        string? meant = Meant(path);
        return meant is null ? "there is no such setting; config show lists them all" : $"there is no such setting; did you mean {meant}?";
    }

    /// <summary>The one setting of the same name in another section, or whose name has this one in it; else the nearest in spelling.</summary>
    private static string? Meant(string path)
    {
        string name = LastName(path);
        return Only(k => string.Equals(LastName(k), name, StringComparison.OrdinalIgnoreCase))
            ?? Only(k => LastName(k).Contains(name, StringComparison.OrdinalIgnoreCase))
            ?? Spelling.Nearest(path, ConfigKeys.All.Select(k => k.Path));
    }

    private static string LastName(string path) => path.Split(':')[^1];

    private static string? Only(Func<string, bool> condition)
    {
        string[] found = [.. ConfigKeys.All.Select(k => k.Path).Where(condition)];
        return found.Length == 1 ? found[0] : null;
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
