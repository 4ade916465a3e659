using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training.Networks;

/// <summary>ReLU, over whole blocks of lanes.</summary>
internal static class Rectifier
{
    /// <summary>Makes negative numbers 0; NaN stays NaN, so that a training that diverged is seen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Span<float> values)
    {
        ref float value = ref MemoryMarshal.GetReference(values);
        for (nuint i = 0; i < (nuint)values.Length; i += Lanes.Width)
        {
            Vector256<float> x = Vector256.LoadUnsafe(ref value, i);
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Vector256<float>.Zero, x).StoreUnsafe(ref value, i);
        }
    }

    /// <summary>Makes errors 0 where the output was 0: there the slope is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mask(ReadOnlySpan<float> outputs, Span<float> errors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputs.Length, errors.Length);
        ref float output = ref MemoryMarshal.GetReference(outputs);
        ref float error = ref MemoryMarshal.GetReference(errors);
        for (nuint i = 0; i < (nuint)outputs.Length; i += Lanes.Width)
        {
            Vector256<float> isZero = Vector256.Equals(Vector256.LoadUnsafe(ref output, i), Vector256<float>.Zero);
            Vector256.AndNot(Vector256.LoadUnsafe(ref error, i), isZero).StoreUnsafe(ref error, i);
        }
    }
}
