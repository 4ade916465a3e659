using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Deals each class out by shares drawn from a Dirichlet distribution: the smaller alpha, the more sites differ.</summary>
/// <remarks>
/// Hsu et al. 2019, section 3, in the form of Yurochkin et al. 2019. A part below the minimum size makes the whole deal be drawn again.
/// Defaults, as in Flower and Murmura: minimum size 10, 10 attempts, no balancing. With balancing, a site that has its even share of
/// rows gets no more of the classes that follow.
/// </remarks>
public sealed class DirichletPartitioner : Partitioner
{
    /// <summary>Deals drawn before it is given up.</summary>
    public const int MaxAttempts = 10;

    private readonly double[] _alpha;

    /// <summary>A partitioner with one concentration for all classes.</summary>
    /// <param name="alpha">Over 0.</param>
    /// <param name="minSize">Fewest rows of a site, at least 1.</param>
    /// <param name="selfBalancing">Whether sites with their even share get no more.</param>
    public DirichletPartitioner(double alpha, int minSize = 10, bool selfBalancing = false)
        : this([alpha], minSize, selfBalancing)
    {
    }

    /// <summary>A partitioner with a concentration for each class.</summary>
    /// <param name="alpha">One for all classes, or one for each class in the order of labels; each over 0.</param>
    /// <param name="minSize">Fewest rows of a site, at least 1.</param>
    /// <param name="selfBalancing">Whether sites with their even share get no more.</param>
    public DirichletPartitioner(ReadOnlySpan<double> alpha, int minSize = 10, bool selfBalancing = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minSize, 1);
        if (alpha.IsEmpty)
        {
            throw new ArgumentException("There is no alpha.", nameof(alpha));
        }

        foreach (double value in alpha)
        {
            if (!(value > 0 && double.IsFinite(value)))
            {
                throw new ArgumentOutOfRangeException(nameof(alpha), value, "An alpha is a finite number over 0.");
            }
        }

        _alpha = alpha.ToArray();
        MinSize = minSize;
        SelfBalancing = selfBalancing;
    }

    /// <summary>Fewest rows of a site.</summary>
    public int MinSize { get; }

    /// <summary>Whether sites with their even share get no more.</summary>
    public bool SelfBalancing { get; }

    /// <inheritdoc/>
    public override string Name => "dirichlet";

    /// <inheritdoc/>
    private protected override int[][] Deal(LabelledRows rows, int sites, RandomStream random)
    {
        if (_alpha.Length != 1 && _alpha.Length != rows.Classes)
        {
            throw new ArgumentException($"There are {_alpha.Length} alphas for {rows.Classes} classes: give one, or one for each class.");
        }

        if ((long)MinSize * sites > rows.Count)
        {
            throw new ArgumentException($"{sites} sites of at least {MinSize} rows need {(long)MinSize * sites} rows; there are {rows.Count}. Ask for fewer sites or a smaller minimum.");
        }

        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            List<int>[] parts = Draw(rows, sites, random);
            if (parts.Min(part => part.Count) >= MinSize)
            {
                return ToArrays(parts);
            }
        }

        throw new ArgumentException($"In {MaxAttempts} deals some site had fewer than {MinSize} rows: take a larger alpha, a smaller minimum, fewer sites or another seed.");
    }

    private List<int>[] Draw(LabelledRows rows, int sites, RandomStream random)
    {
        List<int>[] parts = Empty(sites);
        for (int label = 0; label < rows.Classes; label++)
        {
            double[] shares = GammaDistribution.Dirichlet(_alpha[label % _alpha.Length], sites, random);
            if (SelfBalancing)
            {
                Balance(shares, parts, (double)rows.Count / sites);
            }

            Cut(rows.Shuffled(label, random), shares, parts);
        }

        return parts;
    }

    private static void Balance(double[] shares, List<int>[] parts, double even)
    {
        for (int site = 0; site < shares.Length; site++)
        {
            shares[site] = parts[site].Count < even ? shares[site] : 0;
        }

        double sum = shares.Sum();
        for (int site = 0; site < shares.Length; site++)
        {
            shares[site] = sum > 0 ? shares[site] / sum : 1.0 / shares.Length;
        }
    }
}
