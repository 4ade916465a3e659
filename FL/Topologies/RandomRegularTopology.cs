using FedActors.FL.Numerics;

namespace FedActors.FL.Topologies;

/// <summary>A random graph in which every peer has the same number of neighbours, and which is connected whenever such a graph is.</summary>
/// <remarks>
/// Starts from a circle in which each is joined to the nearest on both sides, and exchanges the ends of random pairs of edges (a switching
/// chain, as in Cooper, Dyer, Greenhill 2007), which keeps every degree. An exchange that would cut the graph is taken back. Where peers
/// times degree is odd, one peer has one neighbour more. The graph follows from the seed and the names.
/// </remarks>
public sealed class RandomRegularTopology : ITopology
{
    internal const string Kind = "random-regular";

    private const int SwapsPerEdge = 10;

    private readonly int _degree;
    private readonly ulong _seed;

    // The last graph: who asks does so for one list of peers after another, and for each many times. Replaced as a whole.
    private volatile Graph? _last;

    /// <summary>A random graph.</summary>
    /// <param name="degree">Neighbours of each peer, at least 2; with fewer peers, all others.</param>
    /// <param name="seed">The same for all peers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A degree below 2 holds more than two peers together in no way.</exception>
    public RandomRegularTopology(int degree, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 2);
        _degree = degree;
        _seed = seed;
    }

    /// <inheritdoc/>
    public string Name => $"{Kind} of degree {_degree}";

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers)
    {
        int index = Topology.IndexOf(peer, peers);
        Graph? graph = _last;
        if (graph is null || !graph.Peers.SequenceEqual(peers, StringComparer.Ordinal))
        {
            _last = graph = new Graph([.. peers], Draw(peers));
        }

        return [.. graph.Neighbours[index].Select(other => graph.Peers[other])];
    }

    private SortedSet<int>[] Draw(IReadOnlyList<string> peers)
    {
        int count = peers.Count;
        SortedSet<int>[] neighbours = [.. Enumerable.Range(0, count).Select(_ => new SortedSet<int>())];
        int degree = Math.Min(_degree, count - 1);
        for (int from = 0; from < count; from++)
        {
            for (int step = 1; step <= degree / 2; step++)
            {
                Join(neighbours, from, (from + step) % count);
            }

            // An odd degree takes the peer opposite.
            if (degree % 2 == 1)
            {
                if (from < (count + 1) / 2)
                {
                    Join(neighbours, from, (from + (count / 2)) % count);
                }
            }
        }

        if (degree < count - 1)
        {
            Mix(neighbours, RandomStream.For(_seed, "topology", string.Join('\n', peers)));
        }

        return neighbours;
    }

    private static void Mix(SortedSet<int>[] neighbours, RandomStream random)
    {
        List<(int From, int To)> edges = [];
        for (int from = 0; from < neighbours.Length; from++)
        {
            edges.AddRange(neighbours[from].Where(to => to > from).Select(to => (from, to)));
        }

        for (int swap = 0; swap < SwapsPerEdge * edges.Count; swap++)
        {
            int first = random.NextInt(edges.Count);
            int second = random.NextInt(edges.Count);
            (int a, int b) = edges[first];
            (int c, int d) = random.NextInt(2) == 0 ? edges[second] : (edges[second].To, edges[second].From);
            bool isFree = a != c && a != d && b != c && b != d && !neighbours[a].Contains(d) && !neighbours[c].Contains(b);
            if (!isFree)
            {
                continue;
            }

            Exchange(neighbours, a, b, c, d);
            if (IsConnected(neighbours))
            {
                edges[first] = (a, d);
                edges[second] = (c, b);
            }
            else
            {
                Exchange(neighbours, a, d, c, b);
            }
        }
    }

    /// <summary>Edges a-b and c-d become a-d and c-b.</summary>
    private static void Exchange(SortedSet<int>[] neighbours, int a, int b, int c, int d)
    {
        neighbours[a].Remove(b);
        neighbours[b].Remove(a);
        neighbours[c].Remove(d);
        neighbours[d].Remove(c);
        Join(neighbours, a, d);
        Join(neighbours, c, b);
    }

    private static void Join(SortedSet<int>[] neighbours, int a, int b)
    {
        if (a != b)
        {
            neighbours[a].Add(b);
            neighbours[b].Add(a);
        }
    }

    private static bool IsConnected(SortedSet<int>[] neighbours)
    {
        bool[] reached = new bool[neighbours.Length];
        reached[0] = true;
        int count = 1;
        Stack<int> next = new([0]);
        while (next.TryPop(out int peer))
        {
            foreach (int neighbour in neighbours[peer])
            {
                if (!reached[neighbour])
                {
                    reached[neighbour] = true;
                    count++;
                    next.Push(neighbour);
                }
            }
        }

        return count == neighbours.Length;
    }

    private sealed record Graph(string[] Peers, SortedSet<int>[] Neighbours);
}
