using System.Collections.Frozen;

namespace FedActors.FL.Topologies;

/// <summary>Neighbours as somebody has written them down. A peer that the list leaves out is refused at the start; where it is met nevertheless, it gossips with everybody.</summary>
/// <remarks>
/// One side of an edge is enough, it holds in both directions. While a listed neighbour is away, the two sides of it may be cut off from
/// each other: what the list leaves no other way around is the list's choice.
/// </remarks>
public sealed class CustomTopology : ITopology
{
    internal const string Kind = "custom";

    private readonly FrozenDictionary<string, FrozenSet<string>> _neighbours;

    /// <summary>Takes an adjacency.</summary>
    /// <param name="adjacency">Each peer and its neighbours.</param>
    /// <exception cref="ArgumentException">It is empty, joins a peer to itself, or falls into parts; the text names them.</exception>
    public CustomTopology(IReadOnlyDictionary<string, IReadOnlyList<string>> adjacency)
    {
        ArgumentNullException.ThrowIfNull(adjacency);
        Dictionary<string, HashSet<string>> mutual = new(StringComparer.Ordinal);
        foreach ((string peer, IReadOnlyList<string> neighbours) in adjacency)
        {
            Of(mutual, peer);
            foreach (string neighbour in neighbours)
            {
                if (string.Equals(peer, neighbour, StringComparison.Ordinal))
                {
                    throw new ArgumentException($"The adjacency joins {peer} to itself.", nameof(adjacency));
                }

                Of(mutual, peer).Add(neighbour);
                Of(mutual, neighbour).Add(peer);
            }
        }

        if (mutual.Count == 0)
        {
            throw new ArgumentException("The adjacency names no peer.", nameof(adjacency));
        }

        _neighbours = mutual.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
        if (Topology.FindFault(this, _neighbours.Keys) is { } fault)
        {
            throw new ArgumentException($"The adjacency falls into parts: {fault}.", nameof(adjacency));
        }
    }

    /// <inheritdoc/>
    public string Name => Kind;

    /// <summary>The peers that the list names, in order.</summary>
    public IReadOnlyList<string> Peers => [.. _neighbours.Keys.Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers) =>
        [.. peers.Where(other => !string.Equals(other, peer, StringComparison.Ordinal) && AreNeighbours(peer, other))];

    /// <summary>For instance <c>custom A:B, B:C</c>, each edge once.</summary>
    public override string ToString() => $"{Name} {string.Join(", ", Peers.SelectMany(peer => _neighbours[peer].Where(other => string.CompareOrdinal(peer, other) < 0).Order(StringComparer.Ordinal).Select(other => $"{peer}:{other}")))}";

    private bool AreNeighbours(string one, string other) =>
        !_neighbours.TryGetValue(one, out FrozenSet<string>? neighbours) || !_neighbours.ContainsKey(other) || neighbours.Contains(other);

    private static HashSet<string> Of(Dictionary<string, HashSet<string>> mutual, string peer) =>
        mutual.TryGetValue(peer, out HashSet<string>? known) ? known : mutual[peer] = new HashSet<string>(StringComparer.Ordinal);
}
