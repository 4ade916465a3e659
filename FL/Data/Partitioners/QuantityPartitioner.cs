using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Deals rows out at random in parts whose sizes are drawn from a Dirichlet distribution: all sites have alike data, but not as much.</summary>
/// <remarks>Li et al. 2022, Federated learning on non-IID data silos, section III-C.</remarks>
public sealed class QuantityPartitioner : Partitioner
{
    private readonly int _minSize;

    /// <summary>A partitioner by quantity.</summary>
    /// <param name="alpha">Over 0; the smaller, the more sizes differ.</param>
    /// <param name="minSize">Fewest rows of a site, at least 1: every site gets these before the rest is dealt out.</param>
    public QuantityPartitioner(double alpha, int minSize = 10)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "An alpha is a finite number over 0.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(minSize, 1);
        (Alpha, _minSize) = (alpha, minSize);
    }

    /// <summary>The concentration.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override string Name => "quantity";

    /// <inheritdoc/>
    private protected override int[][] Deal(LabelledRows rows, int sites, RandomStream random)
    {
        int first = _minSize * sites;
        if (first > rows.Count)
        {
            throw new ArgumentException($"{sites} sites of at least {_minSize} rows need {first} rows; there are {rows.Count}. Ask for fewer sites or a smaller minimum.");
        }

        int[] order = random.Permutation(rows.Count);
        List<int>[] parts = Empty(sites);
        for (int i = 0; i < first; i++)
        {
            parts[i % sites].Add(order[i]);
        }

        Cut(order.AsSpan(first), GammaDistribution.Dirichlet(Alpha, sites, random), parts);
        return ToArrays(parts);
    }
}
