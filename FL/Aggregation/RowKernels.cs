using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Aggregation;

/// <summary>What rules do with whole rows, blocked so that what is written stays in a core's first cache.</summary>
/// <remarks>
/// Vector512 has the same lanes on every machine, also where the hardware has narrower ones, and no product is fused with a sum:
/// the bits do not depend on the machine.
/// </remarks>
internal static class RowKernels
{
    /// <summary>Coordinates worked on at a time.</summary>
    public const int Block = 2048;

    /// <summary>Σ (x - y)²; y empty for zeros. Within a block in lanes of T, over blocks in float64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SquaredDistance<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int start = 0; start < x.Length; start += Block)
        {
            int length = Math.Min(Block, x.Length - start);
            sum += BlockDistance(x.Slice(start, length), y.IsEmpty ? y : y.Slice(start, length));
        }

        return sum;
    }

    /// <summary>target += Σ factors[i] · rows[i], row after row.</summary>
    public static void AddScaled<T>(UpdateBatch<T> batch, ReadOnlySpan<T> factors, Span<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = 0; start < target.Length; start += Block)
        {
            Span<T> block = target.Slice(start, Math.Min(Block, target.Length - start));
            for (int i = 0; i < batch.Count; i++)
            {
                TensorPrimitives.MultiplyAdd(batch.Row(i).Slice(start, block.Length), factors[i], block, block);
            }
        }
    }

    /// <summary>point += Σ factors[i] · (rows[i] - point), from one point for all rows.</summary>
    public static void Move<T>(UpdateBatch<T> batch, ReadOnlySpan<double> factors, Span<T> point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] rounded = new T[factors.Length];
        double all = 0;
        for (int i = 0; i < rounded.Length; i++)
        {
            rounded[i] = T.CreateTruncating(factors[i]);
            all += factors[i];
        }

        TensorPrimitives.Multiply(point, T.CreateTruncating(1 - all), point);
        AddScaled(batch, rounded, point);
    }

    /// <summary>Sum of all lanes in the order of their indices.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double AddLanes<T>(Vector512<T> lanes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int lane = 0; lane < Vector512<T>.Count; lane++)
        {
            sum += double.CreateTruncating(lanes[lane]);
        }

        return sum;
    }

    private static double BlockDistance<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x);
        ref T second = ref MemoryMarshal.GetReference(y);
        int width = Vector512<T>.Count;
        Vector512<T> even = default;
        Vector512<T> odd = default;
        int i = 0;
        for (; i <= x.Length - (2 * width); i += 2 * width)
        {
            Vector512<T> a = Vector512.LoadUnsafe(ref first, (nuint)i);
            Vector512<T> b = Vector512.LoadUnsafe(ref first, (nuint)(i + width));
            if (!y.IsEmpty)
            {
                a -= Vector512.LoadUnsafe(ref second, (nuint)i);
                b -= Vector512.LoadUnsafe(ref second, (nuint)(i + width));
            }

            even += a * a;
            odd += b * b;
        }

        double sum = AddLanes(even + odd);
        for (; i < x.Length; i++)
        {
            double difference = double.CreateTruncating(x[i]) - (y.IsEmpty ? 0 : double.CreateTruncating(y[i]));
            sum += difference * difference;
        }

        return sum;
    }
}
