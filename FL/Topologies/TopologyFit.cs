namespace FedActors.FL.Topologies;

/// <summary>Which ways of averaging fit which topologies.</summary>
/// <remarks>
/// A rule that reduces all updates at one place needs a peer that is next to all others: a star or everybody with everybody. Averaging with
/// neighbours works on any graph that is connected. The table is Murmura's.
/// </remarks>
public static class TopologyFit
{
    /// <summary>Averaging with neighbours.</summary>
    public const string Gossip = "gossipavg";

    /// <summary>Says why a rule does not fit a topology, and which topologies would do; or null.</summary>
    /// <param name="rule">A strategy's name, or <see cref="Gossip"/>.</param>
    /// <param name="topology">Who is next to whom.</param>
    /// <param name="peers">All peers.</param>
    public static string? FindFault(string rule, ITopology topology, IEnumerable<string> peers)
    {
        ArgumentException.ThrowIfNullOrEmpty(rule);
        ArgumentNullException.ThrowIfNull(topology);
        string[] sorted = [.. peers.Order(StringComparer.Ordinal)];
        if (rule == Gossip)
        {
            return Topology.FindFault(topology, sorted);
        }

        return sorted.Length < 2 || sorted.Any(peer => topology.NeighboursOf(peer, sorted).Count == sorted.Length - 1)
            ? null
            : $"{rule} reduces all updates at one peer, and in the topology {topology.Name} no peer is next to all others: use {StarTopology.Kind} or {CompleteTopology.Kind}, or {Gossip} with any topology";
    }
}
