using System.Runtime.CompilerServices;

namespace FedActors.FL.Numerics;

/// <summary>The inner loops of <see cref="DenseKernels"/> over one block of outputs.</summary>
/// <typeparam name="TLanes">What can be done with a block.</typeparam>
/// <typeparam name="TVector">A block.</typeparam>
/// <remarks>
/// A tile of outputs that would overhang the end is moved back and repeats a few sums, which gives them the same bits again. The loops are
/// compiled in full at first use: a run of seconds would otherwise spend a good part of them in the first tier's code.
/// </remarks>
internal static class DenseTiles<TLanes, TVector>
    where TLanes : struct, ILaneBlock<TVector>
    where TVector : struct
{
    // Eight running sums cover the latency of a fused multiply-add (4 cycles, two a cycle) and fit sixteen registers.
    private const int Tile = 8;

    /// <summary>One block of outputs for all rows: y[i] = w[features] + Σ_f x[rows[i], f] · w[f].</summary>
    public static void Forward(ref float x, int features, int step, ReadOnlySpan<int> rows, ref float w, int stride, ref float y)
    {
        if (rows.Length < Tile)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                TLanes.Store(ForwardOne(ref Row(ref x, rows[i], step), features, ref w, stride), ref Unsafe.Add(ref y, i * stride));
            }

            return;
        }

        for (int i = 0; i < rows.Length; i += Tile)
        {
            int first = Math.Min(i, rows.Length - Tile);
            ForwardTile(ref x, features, step, rows.Slice(first, Tile), ref w, stride, ref Unsafe.Add(ref y, first * stride));
        }
    }

    /// <summary>One block of outputs for all features: g[f] += Σ_i x[rows[i], f] · d[i], and the bias row += Σ_i d[i], term by term.</summary>
    public static void AddGradient(ref float x, int features, int step, ReadOnlySpan<int> rows, ref float d, int stride, ref float g)
    {
        AddBias(rows.Length, ref d, stride, ref Unsafe.Add(ref g, features * stride));
        int f = 0;
        for (; f <= features - Tile; f += Tile)
        {
            GradientTile(ref Unsafe.Add(ref x, f), step, rows, ref d, stride, ref Unsafe.Add(ref g, f * stride));
        }

        for (; f < features; f++)
        {
            GradientOne(ref Unsafe.Add(ref x, f), step, rows, ref d, stride, ref Unsafe.Add(ref g, f * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardTile(ref float x, int features, int step, ReadOnlySpan<int> rows, ref float w, int stride, ref float y)
    {
        ref float x0 = ref Row(ref x, rows[0], step);
        ref float x1 = ref Row(ref x, rows[1], step);
        ref float x2 = ref Row(ref x, rows[2], step);
        ref float x3 = ref Row(ref x, rows[3], step);
        ref float x4 = ref Row(ref x, rows[4], step);
        ref float x5 = ref Row(ref x, rows[5], step);
        ref float x6 = ref Row(ref x, rows[6], step);
        ref float x7 = ref Row(ref x, rows[7], step);
        TVector a0 = TLanes.Load(ref Unsafe.Add(ref w, features * stride));
        TVector a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        nint weights = 0;
        for (nint f = 0; f < features; f++)
        {
            TVector v = TLanes.Load(ref Unsafe.Add(ref w, weights));
            a0 = TLanes.MultiplyAdd(Unsafe.Add(ref x0, f), v, a0);
            a1 = TLanes.MultiplyAdd(Unsafe.Add(ref x1, f), v, a1);
            a2 = TLanes.MultiplyAdd(Unsafe.Add(ref x2, f), v, a2);
            a3 = TLanes.MultiplyAdd(Unsafe.Add(ref x3, f), v, a3);
            a4 = TLanes.MultiplyAdd(Unsafe.Add(ref x4, f), v, a4);
            a5 = TLanes.MultiplyAdd(Unsafe.Add(ref x5, f), v, a5);
            a6 = TLanes.MultiplyAdd(Unsafe.Add(ref x6, f), v, a6);
            a7 = TLanes.MultiplyAdd(Unsafe.Add(ref x7, f), v, a7);
            weights += stride;
        }

        StoreTile(a0, a1, a2, a3, a4, a5, a6, a7, ref y, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GradientTile(ref float x, int step, ReadOnlySpan<int> rows, ref float d, int stride, ref float g)
    {
        TVector a0 = TLanes.Load(ref g);
        TVector a1 = TLanes.Load(ref Unsafe.Add(ref g, stride));
        TVector a2 = TLanes.Load(ref Unsafe.Add(ref g, 2 * stride));
        TVector a3 = TLanes.Load(ref Unsafe.Add(ref g, 3 * stride));
        TVector a4 = TLanes.Load(ref Unsafe.Add(ref g, 4 * stride));
        TVector a5 = TLanes.Load(ref Unsafe.Add(ref g, 5 * stride));
        TVector a6 = TLanes.Load(ref Unsafe.Add(ref g, 6 * stride));
        TVector a7 = TLanes.Load(ref Unsafe.Add(ref g, 7 * stride));
        nint errors = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            ref float row = ref Row(ref x, rows[i], step);
            TVector v = TLanes.Load(ref Unsafe.Add(ref d, errors));
            a0 = TLanes.MultiplyAdd(row, v, a0);
            a1 = TLanes.MultiplyAdd(Unsafe.Add(ref row, 1), v, a1);
            a2 = TLanes.MultiplyAdd(Unsafe.Add(ref row, 2), v, a2);
            a3 = TLanes.MultiplyAdd(Unsafe.Add(ref row, 3), v, a3);
            a4 = TLanes.MultiplyAdd(Unsafe.Add(ref row, 4), v, a4);
            a5 = TLanes.MultiplyAdd(Unsafe.Add(ref row, 5), v, a5);
            a6 = TLanes.MultiplyAdd(Unsafe.Add(ref row, 6), v, a6);
            a7 = TLanes.MultiplyAdd(Unsafe.Add(ref row, 7), v, a7);
            errors += stride;
        }

        StoreTile(a0, a1, a2, a3, a4, a5, a6, a7, ref g, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TVector ForwardOne(ref float x, int features, ref float w, int stride)
    {
        TVector sum = TLanes.Load(ref Unsafe.Add(ref w, features * stride));
        for (nint f = 0; f < features; f++)
        {
            sum = TLanes.MultiplyAdd(Unsafe.Add(ref x, f), TLanes.Load(ref Unsafe.Add(ref w, f * stride)), sum);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GradientOne(ref float x, int step, ReadOnlySpan<int> rows, ref float d, int stride, ref float g)
    {
        TVector sum = TLanes.Load(ref g);
        for (int i = 0; i < rows.Length; i++)
        {
            sum = TLanes.MultiplyAdd(Row(ref x, rows[i], step), TLanes.Load(ref Unsafe.Add(ref d, i * stride)), sum);
        }

        TLanes.Store(sum, ref g);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBias(int rows, ref float d, int stride, ref float g)
    {
        TVector sum = TLanes.Load(ref g);
        for (int i = 0; i < rows; i++)
        {
            sum = TLanes.Add(sum, TLanes.Load(ref Unsafe.Add(ref d, i * stride)));
        }

        TLanes.Store(sum, ref g);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTile(
        TVector a0,
        TVector a1,
        TVector a2,
        TVector a3,
        TVector a4,
        TVector a5,
        TVector a6,
        TVector a7,
        ref float target,
        int stride)
    {
        TLanes.Store(a0, ref target);
        TLanes.Store(a1, ref Unsafe.Add(ref target, stride));
        TLanes.Store(a2, ref Unsafe.Add(ref target, 2 * stride));
        TLanes.Store(a3, ref Unsafe.Add(ref target, 3 * stride));
        TLanes.Store(a4, ref Unsafe.Add(ref target, 4 * stride));
        TLanes.Store(a5, ref Unsafe.Add(ref target, 5 * stride));
        TLanes.Store(a6, ref Unsafe.Add(ref target, 6 * stride));
        TLanes.Store(a7, ref Unsafe.Add(ref target, 7 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float Row(ref float x, int row, int step) => ref Unsafe.Add(ref x, (nint)row * step);
}
