using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Numerics;

/// <summary>The matrix products of a dense layer, over chosen rows of a matrix of examples.</summary>
/// <remarks>
/// Weights are padded: a row for each input and one for the bias, each row a multiple of eight outputs wide. A lane is an output, so
/// each sum runs over inputs (or examples) one by one in index order, however many sums a tile works on side by side. A tile that
/// would overhang the end is moved back and repeats a few sums, which gives them the same bits again.
/// </remarks>
internal static class DenseKernels
{
    // Eight running sums cover the latency of a fused multiply-add (4 cycles, two a cycle) and fit sixteen registers.
    private const int Tile = 8;

    /// <summary>outputs[i] = weights[bias] + Σ_f inputs[rows[i], f] · weights[f].</summary>
    /// <param name="inputs">[examples, features], C order.</param>
    /// <param name="features">Numbers per example.</param>
    /// <param name="rows">The examples of this batch.</param>
    /// <param name="weights">[features + 1, stride]; the last row is the bias.</param>
    /// <param name="stride">Padded outputs, a multiple of <see cref="Lanes.Width"/>.</param>
    /// <param name="outputs">[rows, stride].</param>
    public static void Forward(ReadOnlySpan<float> inputs, int features, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, int stride, Span<float> outputs)
    {
        CheckShapes(inputs, features, rows, weights.Length, outputs.Length, stride);
        ref float x = ref MemoryMarshal.GetReference(inputs);
        ref float w = ref MemoryMarshal.GetReference(weights);
        ref float y = ref MemoryMarshal.GetReference(outputs);
        for (int block = 0; block < stride; block += Lanes.Width)
        {
            if (rows.Length < Tile)
            {
                for (int i = 0; i < rows.Length; i++)
                {
                    ForwardOne(ref Row(ref x, rows[i], features), features, ref Unsafe.Add(ref w, block), stride)
                        .StoreUnsafe(ref Unsafe.Add(ref y, (i * stride) + block));
                }

                continue;
            }

            for (int i = 0; i < rows.Length; i += Tile)
            {
                int first = Math.Min(i, rows.Length - Tile);
                ForwardTile(ref x, features, rows.Slice(first, Tile), ref Unsafe.Add(ref w, block), stride, ref Unsafe.Add(ref y, (first * stride) + block));
            }
        }
    }

    /// <summary>gradient[f] = Σ_i inputs[rows[i], f] · errors[i], and the bias row Σ_i errors[i].</summary>
    /// <param name="inputs">[examples, features], C order.</param>
    /// <param name="features">Numbers per example.</param>
    /// <param name="rows">The examples of this batch.</param>
    /// <param name="errors">[rows, stride].</param>
    /// <param name="stride">Padded outputs.</param>
    /// <param name="gradient">[features + 1, stride]; overwritten.</param>
    public static void Gradient(ReadOnlySpan<float> inputs, int features, ReadOnlySpan<int> rows, ReadOnlySpan<float> errors, int stride, Span<float> gradient)
    {
        CheckShapes(inputs, features, rows, gradient.Length, errors.Length, stride);
        ref float x = ref MemoryMarshal.GetReference(inputs);
        ref float d = ref MemoryMarshal.GetReference(errors);
        ref float g = ref MemoryMarshal.GetReference(gradient);
        for (int block = 0; block < stride; block += Lanes.Width)
        {
            ref float errorBlock = ref Unsafe.Add(ref d, block);
            ref float gradientBlock = ref Unsafe.Add(ref g, block);
            GradientOfBias(rows.Length, ref errorBlock, stride).StoreUnsafe(ref Unsafe.Add(ref gradientBlock, features * stride));
            if (features < Tile)
            {
                for (int f = 0; f < features; f++)
                {
                    GradientOne(ref Unsafe.Add(ref x, f), features, rows, ref errorBlock, stride).StoreUnsafe(ref Unsafe.Add(ref gradientBlock, f * stride));
                }

                continue;
            }

            for (int f = 0; f < features; f += Tile)
            {
                int first = Math.Min(f, features - Tile);
                GradientTile(ref Unsafe.Add(ref x, first), features, rows, ref errorBlock, stride, ref Unsafe.Add(ref gradientBlock, first * stride));
            }
        }
    }

    private static void ForwardTile(ref float x, int features, ReadOnlySpan<int> rows, ref float w, int stride, ref float y)
    {
        ref float x0 = ref Row(ref x, rows[0], features);
        ref float x1 = ref Row(ref x, rows[1], features);
        ref float x2 = ref Row(ref x, rows[2], features);
        ref float x3 = ref Row(ref x, rows[3], features);
        ref float x4 = ref Row(ref x, rows[4], features);
        ref float x5 = ref Row(ref x, rows[5], features);
        ref float x6 = ref Row(ref x, rows[6], features);
        ref float x7 = ref Row(ref x, rows[7], features);
        Vector256<float> a0 = Vector256.LoadUnsafe(ref w, (nuint)(features * stride));
        Vector256<float> a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
        for (nint f = 0; f < features; f++)
        {
            Vector256<float> v = Vector256.LoadUnsafe(ref w);
            a0 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x0, f)), v, a0);
            a1 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x1, f)), v, a1);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x2, f)), v, a2);
            a3 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x3, f)), v, a3);
            a4 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x4, f)), v, a4);
            a5 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x5, f)), v, a5);
            a6 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x6, f)), v, a6);
            a7 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x7, f)), v, a7);
            w = ref Unsafe.Add(ref w, stride);
        }

        StoreTile(a0, a1, a2, a3, a4, a5, a6, a7, ref y, stride);
    }

    private static void GradientTile(ref float x, int features, ReadOnlySpan<int> rows, ref float d, int stride, ref float g)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default, a6 = default, a7 = default;
        for (int i = 0; i < rows.Length; i++)
        {
            ref float row = ref Row(ref x, rows[i], features);
            Vector256<float> v = Vector256.LoadUnsafe(ref d);
            a0 = Vector256.FusedMultiplyAdd(Vector256.Create(row), v, a0);
            a1 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, 1)), v, a1);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, 2)), v, a2);
            a3 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, 3)), v, a3);
            a4 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, 4)), v, a4);
            a5 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, 5)), v, a5);
            a6 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, 6)), v, a6);
            a7 = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref row, 7)), v, a7);
            d = ref Unsafe.Add(ref d, stride);
        }

        StoreTile(a0, a1, a2, a3, a4, a5, a6, a7, ref g, stride);
    }

    private static Vector256<float> ForwardOne(ref float x, int features, ref float w, int stride)
    {
        Vector256<float> sum = Vector256.LoadUnsafe(ref w, (nuint)(features * stride));
        for (nint f = 0; f < features; f++)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(Unsafe.Add(ref x, f)), Vector256.LoadUnsafe(ref Unsafe.Add(ref w, f * stride)), sum);
        }

        return sum;
    }

    private static Vector256<float> GradientOne(ref float x, int features, ReadOnlySpan<int> rows, ref float d, int stride)
    {
        Vector256<float> sum = default;
        for (int i = 0; i < rows.Length; i++)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(Row(ref x, rows[i], features)), Vector256.LoadUnsafe(ref Unsafe.Add(ref d, i * stride)), sum);
        }

        return sum;
    }

    private static Vector256<float> GradientOfBias(int rows, ref float d, int stride)
    {
        Vector256<float> sum = default;
        for (int i = 0; i < rows; i++)
        {
            sum += Vector256.LoadUnsafe(ref Unsafe.Add(ref d, i * stride));
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTile(
        Vector256<float> a0,
        Vector256<float> a1,
        Vector256<float> a2,
        Vector256<float> a3,
        Vector256<float> a4,
        Vector256<float> a5,
        Vector256<float> a6,
        Vector256<float> a7,
        ref float target,
        int stride)
    {
        a0.StoreUnsafe(ref target);
        a1.StoreUnsafe(ref Unsafe.Add(ref target, stride));
        a2.StoreUnsafe(ref Unsafe.Add(ref target, 2 * stride));
        a3.StoreUnsafe(ref Unsafe.Add(ref target, 3 * stride));
        a4.StoreUnsafe(ref Unsafe.Add(ref target, 4 * stride));
        a5.StoreUnsafe(ref Unsafe.Add(ref target, 5 * stride));
        a6.StoreUnsafe(ref Unsafe.Add(ref target, 6 * stride));
        a7.StoreUnsafe(ref Unsafe.Add(ref target, 7 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref float Row(ref float x, int row, int features) => ref Unsafe.Add(ref x, (nint)row * features);

    // The kernels read through references without bounds checks; these few comparisons a batch stand for all of them.
    private static void CheckShapes(ReadOnlySpan<float> inputs, int features, ReadOnlySpan<int> rows, int weights, int batch, int stride)
    {
        bool fits = features > 0 && stride > 0 && stride % Lanes.Width == 0
            && weights >= (features + 1L) * stride && batch >= (long)rows.Length * stride;
        int examples = features > 0 ? inputs.Length / features : 0;
        foreach (int row in rows)
        {
            fits &= (uint)row < (uint)examples;
        }

        if (!fits)
        {
            throw new UnreachableException($"A batch of {rows.Length} rows does not fit {examples} examples, {features} features, stride {stride}, {weights} weights and {batch} outputs.");
        }
    }
}
