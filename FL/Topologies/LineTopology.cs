namespace FedActors.FL.Topologies;

/// <summary>Each with the one before and the one after it, in the order of names. The first and the last have one neighbour.</summary>
public sealed class LineTopology : ITopology
{
    internal const string Kind = "line";

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers)
    {
        int index = Topology.IndexOf(peer, peers);
        List<string> neighbours = [];
        if (index > 0)
        {
            neighbours.Add(peers[index - 1]);
        }

        if (index < peers.Count - 1)
        {
            neighbours.Add(peers[index + 1]);
        }

        return neighbours;
    }
}
