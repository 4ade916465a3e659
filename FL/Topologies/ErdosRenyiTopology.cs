using System.Globalization;
using FedActors.FL.Numerics;

namespace FedActors.FL.Topologies;

/// <summary>Every two peers are joined with the same probability.</summary>
/// <remarks>Erdős and Rényi 1959, in Gilbert's form. Default probability: 0.3, as in Murmura. A graph that falls apart is joined by single edges.</remarks>
public sealed class ErdosRenyiTopology : RandomGraph
{
    internal const string Kind = "erdos-renyi";

    private readonly double _probability;

    /// <summary>A random graph.</summary>
    /// <param name="probability">Over 0, at most 1.</param>
    /// <param name="seed">The same for all peers.</param>
    public ErdosRenyiTopology(double probability, ulong seed)
        : base(seed) => _probability = probability is > 0 and <= 1
            ? probability
            : throw new ArgumentOutOfRangeException(nameof(probability), probability, "An edge's probability is over 0 and at most 1.");

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"{Kind} with probability {_probability}");

    private protected override void Draw(SortedSet<int>[] neighbours, RandomStream random)
    {
        for (int a = 0; a < neighbours.Length; a++)
        {
            for (int b = a + 1; b < neighbours.Length; b++)
            {
                if (random.NextDouble() < _probability)
                {
                    Join(neighbours, a, b);
                }
            }
        }
    }
}
