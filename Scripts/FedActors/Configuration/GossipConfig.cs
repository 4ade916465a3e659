using System.Diagnostics;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Topologies;

namespace FedActors.Scripts.Configuration;

/// <summary>Gossip mode's settings, as the program uses them.</summary>
/// <param name="Options">How peers find, tell and await each other.</param>
/// <param name="Topology">Who gossips with whom.</param>
/// <param name="Seeds">Peers to dial at the start.</param>
/// <param name="Reporters">Reporters to tell what a peer is at.</param>
/// <param name="ReportInterval">How often a reporter prints.</param>
/// <param name="Ports">Where they listen.</param>
internal sealed record GossipConfig(
    GossipOptions Options, ITopology Topology, IReadOnlyList<TransportAddress> Seeds, IReadOnlyList<TransportAddress> Reporters, TimeSpan ReportInterval, GossipPorts Ports)
{
    /// <summary>Takes values that have no faults.</summary>
    public static GossipConfig From(ConfigValues values) => new(
        new GossipOptions
        {
            Peers = values.Get(ConfigKeys.Peers),
            MinPeers = values.Get(ConfigKeys.MinPeers),
            StartTimeout = values.Get(ConfigKeys.PeersTimeout),
            Fanout = values.Get(ConfigKeys.Fanout),
            AveragesWithNeighbours = values.Get(ConfigKeys.AverageWith) == "neighbours",
            MixingRounds = values.Get(ConfigKeys.MixingRounds),
            ExchangePeriod = values.Get(ConfigKeys.ExchangePeriod),
            PublicationInterval = values.Get(ConfigKeys.PublicationInterval),
            AgeLimit = values.Get(ConfigKeys.EntryAgeLimit),
            ConvergenceEps = values.Get(ConfigKeys.ConvergenceEps),
            ConvergencePatience = values.Get(ConfigKeys.ConvergencePatience),
            MaxResidentBytes = (long)values.Get(ConfigKeys.GossipMemory) << 20,
            MaxBytesPerSecond = values.Get(ConfigKeys.MaxBytesPerSecond) is > 0 and int bytes ? bytes : null,
        },
        CreateTopology(values),
        Addresses(values.Get(ConfigKeys.Seeds), values.Get(ConfigKeys.PeerPort)),
        Addresses(values.Get(ConfigKeys.Reporters), values.Get(ConfigKeys.ReporterPort)),
        values.Get(ConfigKeys.ReportInterval),
        new GossipPorts(values.Get(ConfigKeys.PeerPort), values.Get(ConfigKeys.ReporterPort), values.Get(ConfigKeys.ReporterHttpPort)));

    /// <summary>What is wrong with the topology as it is written down, or null.</summary>
    public static string? FindTopologyFault(ConfigValues values)
    {
        try
        {
            CreateTopology(values);
            return null;
        }
        catch (ArgumentException exception)
        {
            return exception.Message;
        }
    }

    private static ITopology CreateTopology(ConfigValues values) =>
        FL.Topologies.Topology.Create(values.Get(ConfigKeys.TopologyKind), values.Get(ConfigKeys.Degree), values.Get(ConfigKeys.Seed), Adjacency(values.Get(ConfigKeys.Edges)), values.Get(ConfigKeys.EdgeProbability));

    private static Dictionary<string, IReadOnlyList<string>> Adjacency(IReadOnlyList<string> edges) => edges
        .Select(e => e.Split(':'))
        .GroupBy(pair => pair[0].Trim(), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => (IReadOnlyList<string>)[.. group.Select(pair => pair[1].Trim())], StringComparer.Ordinal);

    public static TransportAddress[] Addresses(IReadOnlyList<string> texts, int defaultPort) =>
        [.. texts.Select(t => AddressText.TryParse(t, defaultPort, out TransportAddress? address) ? address : throw new UnreachableException())];
}

/// <summary>Ports of gossip mode; 0 lets the system pick a free one.</summary>
/// <param name="Peer">A peer's.</param>
/// <param name="Reporter">A reporter's.</param>
/// <param name="ReporterHttp">Where a reporter serves its report.</param>
internal sealed record GossipPorts(int Peer, int Reporter, int ReporterHttp);
