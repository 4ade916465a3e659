using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Numerics;

/// <summary>The matrix products of a dense layer, over chosen rows of a matrix of examples.</summary>
/// <remarks>
/// Weights are padded: a row for each input and one for the bias, each row a multiple of eight outputs wide. A lane is an output, so
/// each sum runs over inputs (or examples) one by one in index order, however many sums are worked on side by side.
/// </remarks>
internal static class DenseKernels
{
    /// <summary>outputs[i] = weights[bias] + Σ_f inputs[rows[i], f] · weights[f].</summary>
    /// <param name="inputs">[examples, features], C order.</param>
    /// <param name="features">Numbers per example.</param>
    /// <param name="step">Numbers from one example to the next.</param>
    /// <param name="rows">The examples of this batch.</param>
    /// <param name="weights">[features + 1, stride]; the last row is the bias.</param>
    /// <param name="stride">Padded outputs, a multiple of <see cref="Lanes.Width"/>.</param>
    /// <param name="outputs">[rows, stride].</param>
    public static void Forward(ReadOnlySpan<float> inputs, int features, int step, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, int stride, Span<float> outputs)
    {
        CheckShapes(inputs, features, step, rows, weights.Length, outputs.Length, stride);
        ref float x = ref MemoryMarshal.GetReference(inputs);
        ref float w = ref MemoryMarshal.GetReference(weights);
        ref float y = ref MemoryMarshal.GetReference(outputs);
        for (int block = 0; block < stride;)
        {
            if (IsWide(stride - block))
            {
                DenseTiles<SixteenLanes, Vector512<float>>.Forward(ref x, features, step, rows, ref Unsafe.Add(ref w, block), stride, ref Unsafe.Add(ref y, block));
                block += Vector512<float>.Count;
            }
            else
            {
                DenseTiles<EightLanes, Vector256<float>>.Forward(ref x, features, step, rows, ref Unsafe.Add(ref w, block), stride, ref Unsafe.Add(ref y, block));
                block += Lanes.Width;
            }
        }
    }

    /// <summary>gradient[f] = Σ_i inputs[rows[i], f] · errors[i], and the bias row Σ_i errors[i].</summary>
    /// <param name="inputs">[examples, features], C order.</param>
    /// <param name="features">Numbers per example.</param>
    /// <param name="step">Numbers from one example to the next.</param>
    /// <param name="rows">The examples of this batch.</param>
    /// <param name="errors">[rows, stride].</param>
    /// <param name="stride">Padded outputs.</param>
    /// <param name="gradient">[features + 1, stride]; overwritten.</param>
    public static void Gradient(ReadOnlySpan<float> inputs, int features, int step, ReadOnlySpan<int> rows, ReadOnlySpan<float> errors, int stride, Span<float> gradient)
    {
        gradient.Clear();
        AddGradient(inputs, features, step, rows, errors, stride, gradient);
    }

    /// <summary>As <see cref="Gradient"/>, added to what is there, one example after another.</summary>
    public static void AddGradient(ReadOnlySpan<float> inputs, int features, int step, ReadOnlySpan<int> rows, ReadOnlySpan<float> errors, int stride, Span<float> gradient)
    {
        CheckShapes(inputs, features, step, rows, gradient.Length, errors.Length, stride);
        ref float x = ref MemoryMarshal.GetReference(inputs);
        ref float d = ref MemoryMarshal.GetReference(errors);
        ref float g = ref MemoryMarshal.GetReference(gradient);
        for (int block = 0; block < stride;)
        {
            if (IsWide(stride - block))
            {
                DenseTiles<SixteenLanes, Vector512<float>>.AddGradient(ref x, features, step, rows, ref Unsafe.Add(ref d, block), stride, ref Unsafe.Add(ref g, block));
                block += Vector512<float>.Count;
            }
            else
            {
                DenseTiles<EightLanes, Vector256<float>>.AddGradient(ref x, features, step, rows, ref Unsafe.Add(ref d, block), stride, ref Unsafe.Add(ref g, block));
                block += Lanes.Width;
            }
        }
    }

    // Twice the lanes at once where the hardware has them; the bits are the same either way.
    private static bool IsWide(int lanes) => Vector512.IsHardwareAccelerated && lanes >= Vector512<float>.Count;

    // The kernels read through references without bounds checks; these few comparisons a batch stand for all of them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CheckShapes(ReadOnlySpan<float> inputs, int features, int step, ReadOnlySpan<int> rows, int weights, int batch, int stride)
    {
        bool fits = features > 0 && step >= features && stride > 0 && stride % Lanes.Width == 0
            && weights >= (features + 1L) * stride && batch >= (long)rows.Length * stride;
        int examples = step > 0 ? inputs.Length / step : 0;
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
