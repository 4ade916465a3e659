using FedActors.FL.Strategies;

namespace FedActors.FL.Topologies;

/// <summary>Which ways of averaging fit which topologies.</summary>
/// <remarks>
/// What a peer learns from one neighbour it passes on, so that all models can be averaged in any graph that is connected. Where each averages
/// with its neighbours alone, a rule that reduces all models at one place needs a peer next to all others: a star, or everybody with
/// everybody; the table is Murmura's. Rules for neighbours work in any connected graph, as do Krum and clipping if each peer has neighbours enough.
/// </remarks>
public static class TopologyFit
{
    private static readonly string[] AtThePeer = [.. StrategyNames.Neighbours, StrategyNames.Krum, StrategyNames.MultiKrum, StrategyNames.NormClipping, StrategyNames.CenteredClipping];

    /// <summary>Says why a strategy does not fit a topology, and what would do; or null.</summary>
    /// <param name="strategy">A strategy's name.</param>
    /// <param name="withNeighbours">Whether each averages with its neighbours alone.</param>
    /// <param name="minModels">Fewest models that its rule can reduce.</param>
    /// <param name="topology">Who is next to whom.</param>
    /// <param name="peers">All peers.</param>
    public static string? FindFault(string strategy, bool withNeighbours, int minModels, ITopology topology, IEnumerable<string> peers)
    {
        ArgumentException.ThrowIfNullOrEmpty(strategy);
        ArgumentNullException.ThrowIfNull(topology);
        string[] sorted = [.. peers.Order(StringComparer.Ordinal)];
        if (Topology.FindFault(topology, sorted) is { } cut)
        {
            return cut;
        }

        if (!withNeighbours || sorted.Length < 2)
        {
            return null;
        }

        if (!AtThePeer.Contains(strategy))
        {
            return sorted.Any(peer => topology.NeighboursOf(peer, sorted).Count == sorted.Length - 1)
                ? null
                : $"{strategy} reduces all models at one place, and in the topology {topology.Name} no peer is next to all others: average with all instead of neighbours, use {StarTopology.Kind} or {CompleteTopology.Kind}, or {StrategyNames.GossipAvg} with any topology";
        }

        return sorted.FirstOrDefault(peer => topology.NeighboursOf(peer, sorted).Count + 1 < minModels) is { } lonely
            ? $"{strategy} needs at least {minModels} models, and in the topology {topology.Name} {lonely} has {topology.NeighboursOf(lonely, sorted).Count} neighbours: use a denser one such as {CompleteTopology.Kind}, fewer malicious ones, or {StrategyNames.GossipAvg} with any topology"
            : null;
    }
}
