namespace FedActors.FL.Topologies;

/// <summary>The first in the order of names with everybody, and everybody with it. When it is gone, the next takes its place.</summary>
public sealed class StarTopology : ITopology
{
    internal const string Kind = "star";

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers) =>
        Topology.IndexOf(peer, peers) == 0 ? [.. peers.Skip(1)] : [peers[0]];
}
