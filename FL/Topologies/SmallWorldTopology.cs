using System.Globalization;
using FedActors.FL.Numerics;

namespace FedActors.FL.Topologies;

/// <summary>A circle in which each is joined to its nearest, with some edges led elsewhere: short ways between far peers.</summary>
/// <remarks>Watts and Strogatz 1998. A graph that falls apart is joined by single edges.</remarks>
public sealed class SmallWorldTopology : RandomGraph
{
    internal const string Kind = "small-world";

    private readonly int _degree;
    private readonly double _probability;

    /// <summary>A random graph.</summary>
    /// <param name="degree">Neighbours of each peer before edges are led elsewhere, at least 2; an odd one counts as the even one below it.</param>
    /// <param name="probability">The share of edges led elsewhere, 0 to 1.</param>
    /// <param name="seed">The same for all peers.</param>
    public SmallWorldTopology(int degree, double probability, ulong seed)
        : base(seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 2);
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The share of edges led elsewhere is 0 to 1.");
        }

        (_degree, _probability) = (degree, probability);
    }

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"{Kind} of degree {_degree} with probability {_probability}");

    private protected override void Draw(SortedSet<int>[] neighbours, RandomStream random)
    {
        int count = neighbours.Length;
        for (int step = 1; step <= Math.Min(_degree / 2, count / 2); step++)
        {
            for (int from = 0; from < count; from++)
            {
                int to = (from + step) % count;
                if (random.NextDouble() < _probability && neighbours[from].Count < count - 1)
                {
                    do
                    {
                        to = random.NextInt(count);
                    }
                    while (to == from || neighbours[from].Contains(to));
                }

                Join(neighbours, from, to);
            }
        }
    }
}
