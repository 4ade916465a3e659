using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Scenarios;

/// <summary>The settings that a scenario may hold: its own, those of a run, and sweeps over both.</summary>
internal sealed class ScenarioVocabulary() : ConfigVocabulary([.. ScenarioKeys.All, .. ConfigKeys.All])
{
    /// <summary>What a scenario says otherwise, or what has no meaning where there are no processes; with what to do instead.</summary>
    private static readonly (string Prefix, string Advice)[] Meaningless =
    [
        ("Participation:Workers", "a scenario's workers are its clients: set Clients:Count"),
        ("Participation:StartTimeout", "all clients of a scenario are there when it starts: leave it out"),
        ("Data:", "a scenario's data are its clients': set Clients:Data and Clients:Partition"),
        ("Gossip:Peers", "a scenario's peers are its clients: set Clients:Count"),
        ("Gossip:Seeds", "the peers of a scenario know each other: leave it out"),
        ("Gossip:Report", "nobody watches the peers of a scenario but its own report: leave it out"),
        ("Transport:", "a scenario has no addresses: leave it out, and describe the network under Network"),
        ("Metrics:", "a scenario has no processes to look at: leave it out"),
        ("Processes:", "a scenario has no processes: leave it out, and describe what goes wrong under Faults"),
    ];

    private readonly Dictionary<ConfigKey, SweepKey> _sweeps = [];

    /// <summary>The sweeps that were asked for, in the order in which they were found.</summary>
    public IEnumerable<SweepKey> Sweeps => _sweeps.Values;

    /// <summary>What to do instead of setting a key, or null.</summary>
    public static string? FindAdvice(ConfigKey key) => key == ConfigKeys.Mode || key is SweepKey
        ? null
        : Meaningless.FirstOrDefault(entry => key.Path.StartsWith(entry.Prefix, StringComparison.Ordinal)).Advice;

    public override ConfigKey? Find(string path)
    {
        if (!path.StartsWith(SweepKey.Section, StringComparison.OrdinalIgnoreCase))
        {
            return base.Find(path);
        }

        if (base.Find(path[SweepKey.Section.Length..]) is not { } setting || FindAdvice(setting) is not null)
        {
            return null;
        }

        return _sweeps.TryGetValue(setting, out SweepKey? sweep) ? sweep : _sweeps[setting] = new SweepKey(setting);
    }

    public override string DescribeUnknown(string path)
    {
        if (!path.StartsWith(SweepKey.Section, StringComparison.OrdinalIgnoreCase))
        {
            return base.DescribeUnknown(path);
        }

        string swept = path[SweepKey.Section.Length..];
        return base.Find(swept) is { } setting && FindAdvice(setting) is { } advice ? advice : base.DescribeUnknown(swept);
    }
}
