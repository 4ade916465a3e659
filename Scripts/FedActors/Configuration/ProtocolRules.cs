using FedActors.FL.Rounds;
using FedActors.FL.Strategies;

namespace FedActors.Scripts.Configuration;

/// <summary>Which strategies and settings go with which protocol.</summary>
internal static class ProtocolRules
{
    public static IEnumerable<ConfigFault> Check(ConfigValues values) => values.AreReadable(
        ConfigKeys.Protocol, ConfigKeys.Strategy, ConfigKeys.Late, ConfigKeys.OverSelection, ConfigKeys.Buffer, ConfigKeys.Malicious, ConfigKeys.Keep, ConfigKeys.Sites, ConfigKeys.MinWorkers)
        && values.Get(ConfigKeys.Mode) != "gossip" && !StrategyNames.Neighbours.Contains(values.Get(ConfigKeys.Strategy))
        ? [.. values.Get(ConfigKeys.Protocol) == Protocols.Asynchronous ? Asynchronous(values) : InRounds(values), .. Sites(values)]
        : [];

    private static IEnumerable<ConfigFault> Asynchronous(ConfigValues values)
    {
        string name = values.Get(ConfigKeys.Strategy);
        const string Kind = Protocols.Asynchronous;
        if (StrategyNames.SynchronousOnly.Contains(name))
        {
            yield return ConfigRules.Fault(values, ConfigKeys.Strategy, $"needs updates that start from one model, which {ConfigKeys.Protocol.Path} {Kind} does not give; use {string.Join(", ", StrategyNames.Asynchronous)} or a server optimizer, or another protocol");
        }
        else if (ConfigRules.StrategyOf(values).Rule is { MinUpdates: > 1 } rule)
        {
            yield return ConfigRules.Fault(values, ConfigKeys.Strategy, $"needs at least {rule.MinUpdates} updates, and a version of {ConfigKeys.Protocol.Path} {Kind} may close with one; use fedmedian or rfa, or another protocol");
        }

        if (name == StrategyNames.FedRec && values.Get(ConfigKeys.Buffer) is > 1)
        {
            yield return ConfigRules.Fault(values, ConfigKeys.Buffer, $"must be 1 for strategy {name}, in which each update replaces its site's last one");
        }

        if (values.Get(ConfigKeys.Late) != LateUpdates.Drop)
        {
            yield return ConfigRules.Fault(values, ConfigKeys.Late, $"means nothing when {ConfigKeys.Protocol.Path} is {Kind}: no update comes late there");
        }

        if (values.Get(ConfigKeys.OverSelection) > 0)
        {
            yield return ConfigRules.Fault(values, ConfigKeys.OverSelection, $"means nothing when {ConfigKeys.Protocol.Path} is {Kind}; {ConfigKeys.Buffer.Path} says how many updates make a version");
        }
    }

    private static IEnumerable<ConfigFault> InRounds(ConfigValues values)
    {
        string name = values.Get(ConfigKeys.Strategy);
        if (StrategyNames.Asynchronous.Contains(name))
        {
            yield return ConfigRules.Fault(values, ConfigKeys.Strategy, $"needs {ConfigKeys.Protocol.Path} {Protocols.Asynchronous}");
        }

        if (values.Get(ConfigKeys.Late) != LateUpdates.Drop && StrategyNames.SynchronousOnly.Contains(name))
        {
            yield return ConfigRules.Fault(values, ConfigKeys.Late, $"must be {LateUpdates.Drop} for strategy {name}, which needs updates that start from one model");
        }

        if (values.Get(ConfigKeys.Buffer) is not null)
        {
            yield return ConfigRules.Fault(values, ConfigKeys.Buffer, $"means something only when {ConfigKeys.Protocol.Path} is {Protocols.Asynchronous}");
        }
    }

    private static IEnumerable<ConfigFault> Sites(ConfigValues values)
    {
        int sites = values.Get(ConfigKeys.Sites).Count;
        if (sites > 0 && sites < values.Get(ConfigKeys.MinWorkers))
        {
            yield return ConfigRules.Fault(values, ConfigKeys.MinWorkers, $"must be at most the number of {ConfigKeys.Sites.Path}, which is {sites}");
        }
    }
}
