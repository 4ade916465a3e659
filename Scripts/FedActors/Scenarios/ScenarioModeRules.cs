using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Scenarios;

/// <summary>What a scenario says that its mode does not know is not passed over in silence.</summary>
internal static class ScenarioModeRules
{
    private const string NoAnswers = "peers answer nobody: let them die (Faults:Crash) or be away (Devices:Offline), or the network fall in two (Network:Split); fedactors simulate --mode gossip damages much more";

    private static readonly (ConfigKey Key, string Advice)[] Coordinated =
    [
        (ScenarioKeys.Failure, NoAnswers),
        (ScenarioKeys.Silence, NoAnswers),
        (ScenarioKeys.Damage, NoAnswers),
        (ScenarioKeys.Duplicate, NoAnswers),
        (ScenarioKeys.Reconnect, "peers connect again by themselves, as fast as they do in a real run: leave it out"),
    ];

    private static readonly ConfigKey[] Gossip = [ScenarioKeys.Whole, ScenarioKeys.Split];

    /// <summary>Checks one kind of run.</summary>
    /// <param name="values">Its settings.</param>
    /// <param name="isWritten">Whether a setting was written for the scenario: an installation's file and the environment serve other commands, too.</param>
    public static IEnumerable<ConfigFault> Check(ConfigValues values, Func<ConfigKey, bool> isWritten) =>
        values.Get(ConfigKeys.Mode) == RunMode.Gossip ? OfPeers(values, isWritten) : OfClients(values, isWritten);

    private static IEnumerable<ConfigFault> OfClients(ConfigValues values, Func<ConfigKey, bool> isWritten) => ConfigKeys.All
        .Where(key => key.Path.StartsWith("Gossip:", StringComparison.Ordinal) && key != ConfigKeys.Peers && key != ConfigKeys.MinPeers).Concat(Gossip)
        .Where(key => values.IsSet(key) && isWritten(key))
        .Select(key => ConfigRules.Fault(values, key, "means something only in gossip mode: leave it out, or set Mode to gossip"));

    private static IEnumerable<ConfigFault> OfPeers(ConfigValues values, Func<ConfigKey, bool> isWritten)
    {
        string[] sections = ["Participation:", "Termination:", "Protocol:"];
        foreach (ConfigKey key in ConfigKeys.All.Where(key => key != ConfigKeys.Workers && key != ConfigKeys.MinWorkers && sections.Any(section => key.Path.StartsWith(section, StringComparison.Ordinal)) && values.IsSet(key) && isWritten(key)))
        {
            yield return ConfigRules.Fault(values, key, "means something only in coordinated mode: leave it out, or set Mode to coordinated");
        }

        foreach ((ConfigKey key, string advice) in Coordinated.Where(entry => values.IsSet(entry.Key)))
        {
            yield return ConfigRules.Fault(values, key, advice);
        }

        if (values.Get(ScenarioKeys.Clients) > ScenarioKeys.MaxPeers)
        {
            yield return ConfigRules.Fault(values, ScenarioKeys.Clients, $"must be at most {ScenarioKeys.MaxPeers:N0} in gossip mode, where each peer holds models of all others; coordinated mode takes {ScenarioKeys.MaxClients:N0}");
        }

        if (values.IsSet(ScenarioKeys.Whole) && values.Get(ScenarioKeys.Split).IsZero)
        {
            yield return ConfigRules.Fault(values, ScenarioKeys.Whole, $"means something only when {ScenarioKeys.Split.Path} is over 0");
        }
    }
}
