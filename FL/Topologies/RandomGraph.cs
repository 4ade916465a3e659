using FedActors.FL.Numerics;

namespace FedActors.FL.Topologies;

/// <summary>What random topologies share: a graph that follows from the seed and the names, drawn once and mended where it falls apart.</summary>
public abstract class RandomGraph : ITopology
{
    private readonly ulong _seed;

    // The last graph: who asks does so for one list of peers after another, and for each many times. Replaced as a whole.
    private volatile Graph? _last;

    private protected RandomGraph(ulong seed) => _seed = seed;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers)
    {
        int index = Topology.IndexOf(peer, peers);
        Graph? graph = _last;
        if (graph is null || !graph.Peers.SequenceEqual(peers, StringComparer.Ordinal))
        {
            SortedSet<int>[] neighbours = [.. peers.Select(_ => new SortedSet<int>())];
            RandomStream random = RandomStream.For(_seed, "topology", string.Join('\n', peers));
            Draw(neighbours, random);
            Mend(neighbours, random);
            _last = graph = new Graph([.. peers], neighbours);
        }

        return [.. graph.Neighbours[index].Select(other => graph.Peers[other])];
    }

    /// <summary>Joins peers.</summary>
    private protected abstract void Draw(SortedSet<int>[] neighbours, RandomStream random);

    /// <summary>Joins two peers, unless they are one.</summary>
    private protected static void Join(SortedSet<int>[] neighbours, int a, int b)
    {
        if (a != b)
        {
            neighbours[a].Add(b);
            neighbours[b].Add(a);
        }
    }

    // Parts without a way to the first peer get one edge each to a peer that has one: chance may cut a graph, but a federation must not be.
    private static void Mend(SortedSet<int>[] neighbours, RandomStream random)
    {
        List<int> reached = [];
        HashSet<int> known = [];
        for (int peer = 0; peer < neighbours.Length; peer++)
        {
            if (known.Contains(peer))
            {
                continue;
            }

            if (reached.Count > 0)
            {
                Join(neighbours, peer, reached[random.NextInt(reached.Count)]);
            }

            Reach(neighbours, peer, reached, known);
        }
    }

    private static void Reach(SortedSet<int>[] neighbours, int from, List<int> reached, HashSet<int> known)
    {
        Stack<int> next = new([from]);
        known.Add(from);
        while (next.TryPop(out int peer))
        {
            reached.Add(peer);
            foreach (int neighbour in neighbours[peer])
            {
                if (known.Add(neighbour))
                {
                    next.Push(neighbour);
                }
            }
        }
    }

    private sealed record Graph(string[] Peers, SortedSet<int>[] Neighbours);
}
