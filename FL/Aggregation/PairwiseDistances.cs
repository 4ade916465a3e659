using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Aggregation;

/// <summary>The squared Euclidean distance between every two updates.</summary>
/// <remarks>
/// Differences are squared one by one, not taken apart into norms and products, which would lose all digits between updates that are
/// near each other. Coordinates are worked on in blocks that keep all rows of a block in the second cache, four pairs at a time.
/// </remarks>
internal sealed class PairwiseDistances
{
    private readonly double[] _squares;

    private PairwiseDistances(int count)
    {
        Count = count;
        _squares = new double[count * count];
    }

    /// <summary>Updates compared.</summary>
    public int Count { get; }

    /// <summary>‖x_i - x_j‖².</summary>
    public double this[int i, int j] => _squares[(i * Count) + j];

    /// <summary>All distances from one update.</summary>
    public ReadOnlySpan<double> From(int i) => _squares.AsSpan(i * Count, Count);

    /// <summary>Compares all updates of a batch.</summary>
    public static PairwiseDistances Of<T>(UpdateBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PairwiseDistances distances = new(batch.Count);
        for (int start = 0; start < batch.Length; start += RowKernels.Block)
        {
            distances.AddBlock(batch, start, Math.Min(RowKernels.Block, batch.Length - start));
        }

        for (int i = 0; i < batch.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                distances._squares[(i * batch.Count) + j] = distances._squares[(j * batch.Count) + i];
            }
        }

        return distances;
    }

    private void AddBlock<T>(UpdateBatch<T> batch, int start, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<T> row = batch.Row(i).Slice(start, length);
            Span<double> sums = _squares.AsSpan(i * Count, Count);
            int j = i + 1;
            for (; j + 4 <= Count; j += 4)
            {
                AddFour(row, batch.Row(j).Slice(start, length), batch.Row(j + 1).Slice(start, length), batch.Row(j + 2).Slice(start, length), batch.Row(j + 3).Slice(start, length), sums[j..]);
            }

            for (; j < Count; j++)
            {
                AddFour(row, batch.Row(j).Slice(start, length), row, row, row, sums[j..(j + 1)]);
            }
        }
    }

    // One row is read once for four pairs. Where fewer are left, the others are the row itself and their zeros are not stored.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour<T>(ReadOnlySpan<T> row, ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, ReadOnlySpan<T> d, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T x = ref MemoryMarshal.GetReference(row);
        ref T y0 = ref MemoryMarshal.GetReference(a);
        ref T y1 = ref MemoryMarshal.GetReference(b);
        ref T y2 = ref MemoryMarshal.GetReference(c);
        ref T y3 = ref MemoryMarshal.GetReference(d);
        Vector512<T> s0 = default, s1 = default, s2 = default, s3 = default;
        nuint i = 0;
        for (; (int)i <= row.Length - Vector512<T>.Count; i += (nuint)Vector512<T>.Count)
        {
            Vector512<T> value = Vector512.LoadUnsafe(ref x, i);
            Vector512<T> d0 = value - Vector512.LoadUnsafe(ref y0, i);
            Vector512<T> d1 = value - Vector512.LoadUnsafe(ref y1, i);
            Vector512<T> d2 = value - Vector512.LoadUnsafe(ref y2, i);
            Vector512<T> d3 = value - Vector512.LoadUnsafe(ref y3, i);
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
        }

        int done = (int)i;
        sums[0] += RowKernels.AddLanes(s0) + Tail(row[done..], a[done..]);
        if (sums.Length >= 4)
        {
            sums[1] += RowKernels.AddLanes(s1) + Tail(row[done..], b[done..]);
            sums[2] += RowKernels.AddLanes(s2) + Tail(row[done..], c[done..]);
            sums[3] += RowKernels.AddLanes(s3) + Tail(row[done..], d[done..]);
        }
    }

    private static double Tail<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double difference = double.CreateTruncating(x[i] - y[i]);
            sum += difference * difference;
        }

        return sum;
    }
}
