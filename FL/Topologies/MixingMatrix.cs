namespace FedActors.FL.Topologies;

/// <summary>How much each peer's model counts in each other's average, when neighbours average again and again.</summary>
/// <remarks>
/// Metropolis-Hastings weights (Xiao and Boyd 2004, Fast linear iterations for distributed averaging, section 4): w_ij = 1 / (1 + max(d_i, d_j))
/// for neighbours, and the rest for oneself. Rows and columns sum to 1, so that the mean over peers is kept. Distance from it shrinks by
/// |λ₂| in each step, the second largest magnitude of an eigenvalue; the spectral gap is 1 - |λ₂|.
/// </remarks>
public sealed class MixingMatrix
{
    private const int MaxIterations = 100_000;
    private const double Tolerance = 1e-13;

    private readonly int[][] _neighbours;
    private readonly double _mixing;

    /// <summary>The weights of a topology.</summary>
    /// <param name="topology">Who averages with whom.</param>
    /// <param name="peers">All peers, in any order.</param>
    /// <param name="mixing">How far each moves towards what the weights give, 0 to 1; see <c>gossipavg</c>.</param>
    public MixingMatrix(ITopology topology, IEnumerable<string> peers, double mixing = 1)
    {
        if (mixing is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(mixing), mixing, "The mixing parameter is 0 to 1.");
        }

        _mixing = mixing;
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(peers);
        string[] sorted = [.. peers.Order(StringComparer.Ordinal)];
        _neighbours = [.. sorted.Select(peer => topology.NeighboursOf(peer, sorted).Select(other => Topology.IndexOf(other, sorted)).Order().ToArray())];
    }

    /// <summary>Peers.</summary>
    public int Count => _neighbours.Length;

    /// <summary>How much peer j counts in the average of peer i, in the order of names.</summary>
    public double this[int i, int j]
    {
        get
        {
            if (i != j)
            {
                return Array.BinarySearch(_neighbours[i], j) < 0 ? 0 : Weight(i, j);
            }

            double rest = 1;
            foreach (int other in _neighbours[i])
            {
                rest -= Weight(i, other);
            }

            return rest;
        }
    }

    /// <summary>1 - |λ₂|: 1 for peers that agree after one step, near 0 for those that take long, 0 for those that never do.</summary>
    /// <remarks>By power iteration off the space of equal values; the answer is a lower bound on |λ₂| that is right to about 1e-9 for graphs of ordinary size.</remarks>
    public double SpectralGap()
    {
        if (Count < 2)
        {
            return 1;
        }

        double[] vector = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            // Any start that no eigenvector is at right angles to; a plain ramp is, for symmetric graphs.
            vector[i] = Math.Sqrt(i + 2.0) + (i % 3) + (i % 7 == 0 ? 0.5 : 0);
        }

        double last = 0;
        Normalise(vector);
        for (int iteration = 0; iteration < MaxIterations; iteration++)
        {
            // Twice a step, so that eigenvalues of either sign count by their magnitude.
            double length = Normalise(vector = Apply(Apply(vector)));
            if (Math.Abs(length - last) < Tolerance)
            {
                return Math.Clamp(1 - Math.Sqrt(length), 0, 1);
            }

            last = length;
        }

        return Math.Clamp(1 - Math.Sqrt(last), 0, 1);
    }

    /// <summary>Steps after which the distance from the mean is at most a share of what it was.</summary>
    /// <param name="share">Over 0 and below 1.</param>
    /// <returns>Null for peers that never agree.</returns>
    public int? StepsTo(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        double gap = SpectralGap();
        return gap >= 1 - 1e-9 ? 1 : gap <= 1e-12 ? null : (int)Math.Ceiling(Math.Log(share) / Math.Log(1 - gap));
    }

    private double Weight(int i, int j) => _mixing / (1 + Math.Max(_neighbours[i].Length, _neighbours[j].Length));

    private double[] Apply(double[] vector)
    {
        double[] result = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            double own = vector[i];
            double sum = own;
            foreach (int other in _neighbours[i])
            {
                sum += Weight(i, other) * (vector[other] - own);
            }

            result[i] = sum;
        }

        return result;
    }

    // Takes the mean off, which belongs to the eigenvalue 1 of every such matrix.
    private static double Normalise(double[] vector)
    {
        double mean = vector.Average();
        double square = 0;
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] -= mean;
            square += vector[i] * vector[i];
        }

        double length = Math.Sqrt(square);
        for (int i = 0; i < vector.Length && length > 0; i++)
        {
            vector[i] /= length;
        }

        return length;
    }
}
