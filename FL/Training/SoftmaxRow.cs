using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training;

/// <summary>The softmax of one example, in place over a padded row of logits.</summary>
/// <param name="classes">Classes; lanes beyond them are padding and count for nothing.</param>
internal readonly struct SoftmaxRow(int classes)
{
    private readonly int _stride = Lanes.RoundUp(classes);
    private readonly Vector256<float> _lastBlock = Vector256.LessThan(
        Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7),
        Vector256.Create((float)(classes - Lanes.RoundUp(classes) + Lanes.Width)));

    /// <summary>Replaces logits by exp(z - z_max), padding by 0.</summary>
    /// <param name="row">At least the padded classes.</param>
    /// <param name="label">The true class.</param>
    /// <returns>The exponentials' sum, the label's shifted logit, and the first class with the largest logit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (float Sum, float Label, int Predicted) Exponentiate(ref float row, int label)
    {
        Vector256<float> largest = Vector256.Create(float.NegativeInfinity);
        for (int block = 0; block < _stride; block += Lanes.Width)
        {
            largest = Vector256.MaxNative(largest, LoadLogits(ref row, block));
        }

        float max = Lanes.Max(largest);
        float shiftedLabel = Unsafe.Add(ref row, label) - max;
        Vector256<float> shift = Vector256.Create(max);
        Vector256<float> sum = default;
        int predicted = -1;
        for (int block = 0; block < _stride; block += Lanes.Width)
        {
            Vector256<float> logits = LoadLogits(ref row, block);
            uint winners = Vector256.Equals(logits, shift).ExtractMostSignificantBits();
            if (predicted < 0 && winners != 0)
            {
                predicted = block + BitOperations.TrailingZeroCount(winners);
            }

            Vector256<float> exponentials = Lanes.Exp(logits - shift);
            exponentials.StoreUnsafe(ref row, (nuint)block);
            sum += exponentials;
        }

        // No lane equals the maximum only when logits are NaN: the loss is NaN then, and any class is as wrong as another.
        return (Lanes.Sum(sum), shiftedLabel, Math.Max(predicted, 0));
    }

    /// <summary>Replaces exponentials by the gradient of the example's cross-entropy by its logits: scale · (p - [class = label]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ToGradient(ref float row, int label, float sum, float scale)
    {
        Vector256<float> factor = Vector256.Create(scale / sum);
        for (int block = 0; block < _stride; block += Lanes.Width)
        {
            (Vector256.LoadUnsafe(ref row, (nuint)block) * factor).StoreUnsafe(ref row, (nuint)block);
        }

        Unsafe.Add(ref row, label) -= scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> LoadLogits(ref float row, int block)
    {
        Vector256<float> logits = Vector256.LoadUnsafe(ref row, (nuint)block);
        return block == _stride - Lanes.Width
            ? Vector256.ConditionalSelect(_lastBlock, logits, Vector256.Create(float.NegativeInfinity))
            : logits;
    }
}
