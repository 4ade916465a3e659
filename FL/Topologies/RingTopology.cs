namespace FedActors.FL.Topologies;

/// <summary>Each with the one before and the one after it, in the order of names; the last with the first.</summary>
public sealed class RingTopology : ITopology
{
    internal const string Kind = "ring";

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers)
    {
        int index = Topology.IndexOf(peer, peers);
        string before = peers[(index + peers.Count - 1) % peers.Count];
        string after = peers[(index + 1) % peers.Count];
        return peers.Count switch
        {
            1 => [],
            2 => [after],
            _ => [before, after],
        };
    }
}
