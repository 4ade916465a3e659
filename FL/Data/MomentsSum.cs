using System.Numerics;
using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Takes rows in, a data set after another, and tells their moments: those of all of them together, to the last bit.</summary>
/// <param name="features">Numbers per row.</param>
internal sealed class MomentsSum(int features)
{
    private readonly ExactColumnSums _sums = new(features, squares: false);
    private readonly ExactColumnSums _squares = new(features, squares: true);
    private long _count;

    /// <summary>Takes a data set's rows in; its numbers are finite.</summary>
    /// <exception cref="ArgumentException">There would be more rows than can be summed without a carry.</exception>
    public void Add(DataSet data)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_count + data.Count, ExactColumnSums.MaxRows, nameof(data));
        for (int row = 0; row < data.Count; row++)
        {
            _sums.Add(data.Row(row));
            _squares.Add(data.Row(row));
        }

        _count += data.Count;
    }

    /// <summary>The moments of all rows so far.</summary>
    public FeatureMoments ToMoments() => new(_count, ToArray(_sums), ToArray(_squares));

    private BigInteger[] ToArray(ExactColumnSums sums)
    {
        BigInteger[] result = new BigInteger[features];
        for (int column = 0; column < features; column++)
        {
            result[column] = sums[column];
        }

        return result;
    }
}
