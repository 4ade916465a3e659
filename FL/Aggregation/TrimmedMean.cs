using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Aggregation;

/// <summary>For each coordinate the mean of the updates without the k smallest and the k largest, k = ⌊beta · n⌋.</summary>
/// <remarks>
/// Yin et al. 2018, Byzantine-robust distributed learning, definition 2. Withstands fewer than beta · n attackers. Default beta: 0.2.
/// Weights are not used: an attacker could claim any.
/// </remarks>
public sealed class TrimmedMean : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "trimmed_mean";

    /// <summary>The share trimmed on each side where nobody sets it.</summary>
    public const double DefaultBeta = 0.2;

    /// <summary>A trimmed mean.</summary>
    /// <param name="beta">The share trimmed on each side, at least 0 and below 0.5.</param>
    public TrimmedMean(double beta = DefaultBeta)
    {
        if (!(beta >= 0 && beta < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "The share trimmed on each side is at least 0 and below 0.5.");
        }

        Beta = beta;
    }

    /// <summary>The share trimmed on each side.</summary>
    public double Beta { get; }

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <summary>How many updates are trimmed on each side, of so many.</summary>
    public int TrimmedOf(int updates) => (int)(Beta * updates);

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        int trimmed = TrimmedOf(batch.Count);
        int end = batch.Count - trimmed;
        new SortingNetwork(batch.Count).Reduce(batch, result, (tile, stride, mean) => MeanOfRows(tile, stride, trimmed, end, mean));
    }

    /// <summary>The mean of a tile's rows from one to before another, row after row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MeanOfRows<T>(ReadOnlySpan<T> tile, int stride, int from, int end, Span<T> mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(tile);
        T count = T.CreateTruncating(end - from);
        int i = 0;
        for (; i <= mean.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            Vector512<T> sum = default;
            for (int row = from; row < end; row++)
            {
                sum += Vector512.LoadUnsafe(ref first, (nuint)((row * stride) + i));
            }

            (sum / count).CopyTo(mean[i..]);
        }

        for (; i < mean.Length; i++)
        {
            T sum = T.Zero;
            for (int row = from; row < end; row++)
            {
                sum += tile[(row * stride) + i];
            }

            mean[i] = sum / count;
        }
    }

    /// <summary>For instance <c>trimmed_mean beta 0.2</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} beta {Beta}");
}
