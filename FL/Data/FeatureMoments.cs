using System.Numerics;
using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>What a site tells of its features so that all sites can be standardised alike: their count, sums and sums of squares.</summary>
/// <remarks>
/// The sums are exact. However rows are spread over sites, and in whatever order sites are merged, the moments are those of all rows
/// together, to the last bit. No row leaves its site; what does leave is what any federated standardisation must reveal.
/// </remarks>
public sealed class FeatureMoments
{
    /// <summary>Most rows of all sites together, 2^48.</summary>
    public const long MaxCount = 1L << 48;

    /// <summary>A sum's unit is 2^-149, float32's smallest step.</summary>
    internal const int SumExponent = -149;

    // The largest finite float32 in units of 2^-149.
    private static readonly BigInteger LargestValue = new BigInteger(0xFF_FFFF) << 253;

    private readonly BigInteger[] _sums;
    private readonly BigInteger[] _squares;

    internal FeatureMoments(long count, BigInteger[] sums, BigInteger[] squares)
    {
        Count = count;
        _sums = sums;
        _squares = squares;
    }

    /// <summary>Rows.</summary>
    public long Count { get; }

    /// <summary>Features.</summary>
    public int Features => _sums.Length;

    /// <summary>Each feature's sum in units of 2^-149.</summary>
    internal ReadOnlySpan<BigInteger> Sums => _sums;

    /// <summary>Each feature's sum of squares in units of 2^-298.</summary>
    internal ReadOnlySpan<BigInteger> Squares => _squares;

    /// <summary>The moments of a data set.</summary>
    /// <exception cref="ArgumentException">A number is not finite; the text names row and feature.</exception>
    public static FeatureMoments Of(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        MomentsSum sum = new(data.Features);
        int first = 0;
        foreach (DataSet window in data.Windows())
        {
            int bad = window.Values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (bad >= 0)
            {
                throw new ArgumentException($"Row {first + (bad / data.Features)}, feature {bad % data.Features} is {window.Values[bad]}; moments need finite numbers.", nameof(data));
            }

            sum.Add(window);
            first += window.Count;
        }

        return sum.ToMoments();
    }

    /// <summary>The moments of both sets of rows together.</summary>
    /// <exception cref="ArgumentException">They have different features, or more than <see cref="MaxCount"/> rows together.</exception>
    public FeatureMoments Merge(FeatureMoments other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Features != other.Features)
        {
            throw new ArgumentException($"Moments of {Features} and of {other.Features} features cannot be merged.", nameof(other));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(Count + other.Count, MaxCount, nameof(other));
        return new FeatureMoments(Count + other.Count, Add(_sums, other._sums), Add(_squares, other._squares));
    }

    /// <summary>Mean and standard deviation of each feature over all rows, each rounded once from its exact value.</summary>
    /// <returns>A feature that never varies gets scale 1, so that it becomes 0.</returns>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public Standardiser ToStandardiser()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException("No rows have no mean: give at least one site examples.");
        }

        double[] means = new double[Features];
        double[] scales = new double[Features];
        for (int feature = 0; feature < Features; feature++)
        {
            means[feature] = ExactQuotient.Divide(_sums[feature], Count, SumExponent);
            double deviation = ExactQuotient.DivideRoot(Spread(Count, _sums[feature], _squares[feature]), Count, SumExponent);
            scales[feature] = deviation == 0 ? 1 : deviation;
        }

        return new Standardiser(means, scales);
    }

    /// <summary>The moments as bytes; see <see cref="FeatureMomentsCodec"/>.</summary>
    public byte[] ToBytes() => FeatureMomentsCodec.Write(this);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">Bytes from anywhere.</param>
    /// <param name="moments">The moments.</param>
    /// <returns>False if the bytes are no moments, or such as no rows could have.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FeatureMoments? moments) =>
        FeatureMomentsCodec.TryRead(bytes, out moments);

    /// <summary>Whether rows of finite float32 could have these sums.</summary>
    internal static bool IsPossible(long count, BigInteger sum, BigInteger squares) =>
        BigInteger.Abs(sum) <= LargestValue * count
        && squares.Sign >= 0
        && squares <= LargestValue * LargestValue * count
        && Spread(count, sum, squares).Sign >= 0;

    // n Σx² - (Σx)², which is n² times the variance and never negative (Cauchy and Schwarz).
    private static BigInteger Spread(long count, BigInteger sum, BigInteger squares) => (squares * count) - (sum * sum);

    private static BigInteger[] Add(BigInteger[] left, BigInteger[] right)
    {
        BigInteger[] result = new BigInteger[left.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = left[i] + right[i];
        }

        return result;
    }
}
