using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;

namespace FedActors.Scripts.Configuration;

/// <summary>What must hold between settings that are each right by themselves. A rule is silent about settings that could not be read: they have their own fault.</summary>
internal static class ConfigRules
{
    public static IEnumerable<ConfigFault> Check(ConfigValues values) =>
    [
        .. Quorum(values, ConfigKeys.Workers, ConfigKeys.MinWorkers),
        .. Quorum(values, ConfigKeys.Peers, ConfigKeys.MinPeers),
        .. Edges(values),
        .. StrategyNeeds(values),
        .. ProtocolRules.Check(values),
        .. CompressionRules.Check(values),
        .. Tls(values),
        .. Ports(values),
    ];

    private static IEnumerable<ConfigFault> Quorum(ConfigValues values, ConfigKey<int> all, ConfigKey<int> quorum)
    {
        int count = values.Get(all);
        if (values.AreReadable(all, quorum) && values.Get(quorum) > count)
        {
            yield return Fault(values, quorum, $"must be at most {all.Path}, which is {count}{(values.IsSet(all) ? $" ({values.Origin(all)})" : string.Empty)}: fewer need a lower quorum");
        }
    }

    private static IEnumerable<ConfigFault> Edges(ConfigValues values)
    {
        const string Custom = "custom";
        if (!values.AreReadable(ConfigKeys.TopologyKind, ConfigKeys.Edges))
        {
            yield break;
        }

        bool isCustom = values.Get(ConfigKeys.TopologyKind) == Custom;
        if (isCustom != values.Get(ConfigKeys.Edges).Count > 0)
        {
            yield return isCustom
                ? new ConfigFault(ConfigKeys.Edges.Path, null, null, $"is needed when {ConfigKeys.TopologyKind.Path} is {Custom}: {ConfigKeys.Edges.Allowed}")
                : Fault(values, ConfigKeys.Edges, $"means something only when {ConfigKeys.TopologyKind.Path} is {Custom}");
        }
        else if (GossipConfig.FindTopologyFault(values) is { } fault)
        {
            yield return Fault(values, ConfigKeys.Edges, fault);
        }
    }

    private static IEnumerable<ConfigFault> StrategyNeeds(ConfigValues values)
    {
        if (!values.AreReadable(ConfigKeys.Strategy))
        {
            yield break;
        }

        string name = values.Get(ConfigKeys.Strategy);
        if (name == StrategyNames.FedProx && values.AreReadable(ConfigKeys.Mu) && values.Get(ConfigKeys.Mu) == 0)
        {
            yield return Fault(values, ConfigKeys.Mu, $"must be over 0 for strategy {name}, whose proximal term it is; without it use {StrategyNames.FedAvg}");
        }

        if (name == StrategyNames.Scaffold && values.AreReadable(ConfigKeys.Mu) && values.Get(ConfigKeys.Mu) > 0)
        {
            yield return Fault(values, ConfigKeys.Mu, $"must be 0 for strategy {name}, whose control variates are told from plain gradient steps; for a proximal term use {StrategyNames.FedProx}");
        }

        if (name == StrategyNames.Scaffold && values.AreReadable(ConfigKeys.Optimizer) && values.Get(ConfigKeys.Optimizer) != LocalOptimizers.Sgd)
        {
            yield return Fault(values, ConfigKeys.Optimizer, $"must be {LocalOptimizers.Sgd} for strategy {name}, whose control variates are told from plain gradient steps");
        }

        string before = values.Get(ConfigKeys.PreAggregation);
        if (before != PreAggregations.None && values.AreReadable(ConfigKeys.PreAggregation) && PreAggregations.FindFault(name) is { } useless)
        {
            yield return Fault(values, ConfigKeys.PreAggregation, useless);
            yield break;
        }

        if (values.Get(ConfigKeys.Mode) == "gossip")
        {
            if (PeerStrategy.FindFault(new StrategyOptions { Name = name }) is { } unfit)
            {
                yield return Fault(values, ConfigKeys.Strategy, unfit);
            }

            yield break;
        }

        if (StrategyNames.Neighbours.Contains(name))
        {
            yield return Fault(values, ConfigKeys.Strategy, $"is for peers that average with neighbours, which gossip mode has; a provider can use one of {string.Join(", ", StrategyNames.All)}");
            yield break;
        }

        if (!values.AreReadable(ConfigKeys.Malicious, ConfigKeys.Keep, ConfigKeys.MinWorkers))
        {
            yield break;
        }

        if (values.Get(ConfigKeys.Protocol) != Protocols.Asynchronous && StrategyOf(values).Rule?.FindFault(values.Get(ConfigKeys.MinWorkers)) is { } fault)
        {
            yield return Fault(values, ConfigKeys.MinWorkers, $"is too low a quorum: {fault}");
        }
    }

    private static IEnumerable<ConfigFault> Tls(ConfigValues values)
    {
        string mode = values.Get(ConfigKeys.TlsMode);
        if (mode == "off" || !values.AreReadable(ConfigKeys.TlsMode, ConfigKeys.TlsCertificate, ConfigKeys.TlsKey, ConfigKeys.TlsAuthority))
        {
            yield break;
        }

        ConfigKey<string?>[] needed = mode == "mutual"
            ? [ConfigKeys.TlsCertificate, ConfigKeys.TlsKey, ConfigKeys.TlsAuthority]
            : [];
        foreach (ConfigKey<string?> key in needed.Where(k => values.Get(k) is null))
        {
            yield return new ConfigFault(key.Path, null, null, $"is needed when {ConfigKeys.TlsMode.Path} is {mode}; cert generate makes a set");
        }

        if (mode == "server" && values.Get(ConfigKeys.TlsCertificate) is null && values.Get(ConfigKeys.TlsAuthority) is null)
        {
            yield return new ConfigFault(ConfigKeys.TlsMode.Path, "\"server\"", values.Origin(ConfigKeys.TlsMode), $"needs {ConfigKeys.TlsCertificate.Path} and {ConfigKeys.TlsKey.Path} at the listening side, {ConfigKeys.TlsAuthority.Path} at the other");
        }

        if (mode == "server" && values.Get(ConfigKeys.TlsCertificate) is null != values.Get(ConfigKeys.TlsKey) is null)
        {
            yield return new ConfigFault(ConfigKeys.TlsKey.Path, null, null, "a certificate and its key go together");
        }
    }

    private static IEnumerable<ConfigFault> Ports(ConfigValues values)
    {
        ConfigKey<int>[] ports = [ConfigKeys.ProviderPort, ConfigKeys.AggregatorPort, ConfigKeys.EvaluatorPort, ConfigKeys.WorkerPort, ConfigKeys.CombinerPort, ConfigKeys.PeerPort, ConfigKeys.ReporterPort, ConfigKeys.ReporterHttpPort];
        IEnumerable<(ConfigKey Key, int Port)> given = ports.Where(port => values.AreReadable(port)).Select(port => ((ConfigKey)port, values.Get(port)));
        if (values.AreReadable(ConfigKeys.MetricsPort) && values.Get(ConfigKeys.MetricsPort) is { } metrics)
        {
            given = given.Append((ConfigKeys.MetricsPort, metrics));
        }

        foreach (IGrouping<int, (ConfigKey Key, int Port)> same in given.GroupBy(port => port.Port).Where(g => g.Key != 0 && g.Count() > 1))
        {
            yield return Fault(values, same.Last().Key, $"must differ from {same.First().Key.Path}, which is the same");
        }
    }

    public static Strategy StrategyOf(ConfigValues values) => Strategy.From(
        new StrategyOptions { Name = values.Get(ConfigKeys.Strategy), Malicious = values.Get(ConfigKeys.Malicious), Keep = values.Get(ConfigKeys.Keep), PreAggregation = values.Get(ConfigKeys.PreAggregation) }, learningRate: 1);

    public static ConfigFault Fault(ConfigValues values, ConfigKey key, string allowed) =>
        new(key.Path, values.Json(key)?.ToJsonString(), values.Origin(key), allowed);
}
