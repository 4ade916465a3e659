namespace FedActors.FL.Topologies;

/// <summary>Who gossips with whom. What a peer learns from one neighbour it passes on to the others, so that a connected graph is enough.</summary>
/// <remarks>Neighbourhood is mutual, and follows from the names alone: peers that know the same peers draw the same graph without asking anybody.</remarks>
public interface ITopology
{
    /// <summary>What it is called in a configuration, for instance <c>ring</c>.</summary>
    string Name { get; }

    /// <summary>A peer's neighbours.</summary>
    /// <param name="peer">One of <paramref name="peers"/>.</param>
    /// <param name="peers">All peers, each once, in ordinal order.</param>
    /// <returns>Names out of <paramref name="peers"/>, never the peer's own, each once.</returns>
    IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers);
}
