namespace FedActors.FL.Topologies;

/// <summary>Makes topologies and checks that they hold a network together.</summary>
public static class Topology
{
    /// <summary>Names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        [CompleteTopology.Kind, RingTopology.Kind, LineTopology.Kind, StarTopology.Kind, RandomRegularTopology.Kind, ErdosRenyiTopology.Kind, SmallWorldTopology.Kind, TorusTopology.Kind, CustomTopology.Kind];

    /// <summary>Everybody with everybody.</summary>
    public static ITopology Complete { get; } = new CompleteTopology();

    /// <summary>Makes a topology by its name.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="degree">Neighbours of each peer, for <c>random-regular</c> and <c>small-world</c>.</param>
    /// <param name="seed">Seed of a random graph; the same for all peers.</param>
    /// <param name="adjacency">Each peer's neighbours, for <c>custom</c>.</param>
    /// <param name="probability">Of an edge, for <c>erdos-renyi</c>; of an edge to be led elsewhere, for <c>small-world</c>.</param>
    /// <exception cref="ArgumentException">There is no such kind, or it lacks what it needs; the text says which.</exception>
    public static ITopology Create(string kind, int degree = 3, ulong seed = 0, IReadOnlyDictionary<string, IReadOnlyList<string>>? adjacency = null, double probability = 0.3) => kind switch
    {
        CompleteTopology.Kind => Complete,
        RingTopology.Kind => new RingTopology(),
        LineTopology.Kind => new LineTopology(),
        StarTopology.Kind => new StarTopology(),
        RandomRegularTopology.Kind => new RandomRegularTopology(degree, seed),
        ErdosRenyiTopology.Kind => new ErdosRenyiTopology(probability, seed),
        SmallWorldTopology.Kind => new SmallWorldTopology(degree, probability, seed),
        TorusTopology.Kind => new TorusTopology(),
        CustomTopology.Kind => new CustomTopology(adjacency ?? throw new ArgumentException("A custom topology needs an adjacency: each peer and its neighbours.", nameof(adjacency))),
        _ => throw new ArgumentException($"There is no topology '{kind}'; there are {string.Join(", ", Kinds)}.", nameof(kind)),
    };

    /// <summary>Says why peers could not all hear of each other, or null.</summary>
    /// <param name="topology">Who gossips with whom.</param>
    /// <param name="peers">All peers, in any order.</param>
    /// <returns>For instance <c>the topology ring leaves C, D without a way to A</c>.</returns>
    public static string? FindFault(ITopology topology, IEnumerable<string> peers)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(peers);
        string[] sorted = [.. peers.Order(StringComparer.Ordinal)];
        if (sorted.Length == 0)
        {
            return null;
        }

        if (topology is CustomTopology custom && sorted.Except(custom.Peers, StringComparer.Ordinal).ToArray() is { Length: > 0 } left)
        {
            return $"the topology {topology.Name} leaves {string.Join(", ", left)} out: name a neighbour of each";
        }

        HashSet<string> reached = [sorted[0]];
        Queue<string> next = new(reached);
        while (next.TryDequeue(out string? peer))
        {
            foreach (string neighbour in topology.NeighboursOf(peer, sorted))
            {
                if (reached.Add(neighbour))
                {
                    next.Enqueue(neighbour);
                }
            }
        }

        string[] cut = [.. sorted.Where(peer => !reached.Contains(peer))];
        return cut.Length == 0 ? null : $"the topology {topology.Name} leaves {string.Join(", ", cut)} without a way to {sorted[0]}";
    }

    /// <summary>Where a name stands among sorted ones.</summary>
    /// <exception cref="ArgumentException">It is not there.</exception>
    internal static int IndexOf(string peer, IReadOnlyList<string> peers)
    {
        int low = 0;
        int high = peers.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(peers[middle], peer);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        throw new ArgumentException($"{peer} is not among the {peers.Count} peers.", nameof(peer));
    }
}
