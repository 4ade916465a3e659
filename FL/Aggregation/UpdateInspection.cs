using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>Looks for what would spoil an average before an update comes near one.</summary>
public static class UpdateInspection
{
    /// <summary>Largest magnitude of a parameter, 2^20. Trained parameters are far smaller; beyond it, training has diverged.</summary>
    public const float MaxMagnitude = 1 << 20;

    /// <summary>Smallest weight, 2^-20: below it, products with parameters would lose float32 digits in the accumulator.</summary>
    public const double MinWeight = 1.0 / (1 << 20);

    /// <summary>Largest weight, 2^29: up to it, the float64 product of a whole weight and a float32 parameter is exact.</summary>
    public const double MaxWeight = 1 << 29;

    // Numbers that one core looks at: a megabyte takes longer than it takes another core to begin.
    private const int SpanLength = 1 << 18;

    private const int MagnitudeMask = 0x7FFF_FFFF;
    private const int InfinityBits = 0x7F80_0000;

    /// <summary>Finds the first fault of an update.</summary>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="values">The update's parameters.</param>
    /// <param name="weight">What it asks to count for: its examples.</param>
    /// <returns>Null when the update is sound.</returns>
    public static UpdateFault? FindFault(ParameterLayout layout, ReadOnlySpan<float> values, double weight)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return FindFault(layout, values, weight, out _);
    }

    /// <summary>The same, and the largest magnitude of a sound update.</summary>
    internal static UpdateFault? FindFault(ParameterLayout layout, ReadOnlySpan<float> values, double weight, out float magnitude)
    {
        magnitude = 0;
        if (FindMisfit(layout, values.Length, weight) is { } misfit)
        {
            return misfit;
        }

        return FindFault(layout, values, LargestMagnitudeBits(values), out magnitude);
    }

    /// <summary>The same, on all cores where the update is large.</summary>
    internal static UpdateFault? FindFault(ParameterLayout layout, ReadOnlyMemory<float> values, double weight, out float magnitude)
    {
        magnitude = 0;
        return FindMisfit(layout, values.Length, weight) ?? FindFault(layout, values.Span, LargestMagnitudeBits(values), out magnitude);
    }

    private static UpdateFault? FindFault(ParameterLayout layout, ReadOnlySpan<float> values, int largest, out float magnitude)
    {
        magnitude = BitConverter.Int32BitsToSingle(largest);
        if (largest >= InfinityBits)
        {
            int index = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            return new UpdateFault.NonFinite(layout.DescribeIndex(index), values[index]);
        }

        if (magnitude > MaxMagnitude)
        {
            int index = values.IndexOfAnyExceptInRange(-MaxMagnitude, MaxMagnitude);
            return new UpdateFault.OutOfRange(layout.DescribeIndex(index), values[index]);
        }

        return null;
    }

    /// <summary>Finds what is wrong without a look at the numbers.</summary>
    internal static UpdateFault? FindMisfit(ParameterLayout layout, int count, double weight)
    {
        if (count != layout.Count)
        {
            return new UpdateFault.WrongShape(layout.Count, count);
        }

        // Written so that NaN fails.
        return weight >= MinWeight && weight <= MaxWeight ? null : new UpdateFault.InvalidWeight(weight);
    }

    private static int LargestMagnitudeBits(ReadOnlyMemory<float> values)
    {
        int spans = (values.Length + SpanLength - 1) / SpanLength;
        if (spans < 2)
        {
            return LargestMagnitudeBits(values.Span);
        }

        int[] largest = new int[spans];
        Parallel.For(0, spans, span => largest[span] = LargestMagnitudeBits(values.Span.Slice(span * SpanLength, Math.Min(SpanLength, values.Length - (span * SpanLength)))));
        int result = 0;
        foreach (int bits in largest)
        {
            result = Math.Max(result, bits);
        }

        return result;
    }

    // Without their sign, float bits order as integers do, with infinity and NaN on top: one integer maximum finds all three faults.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LargestMagnitudeBits(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(values);
        ref int first = ref MemoryMarshal.GetReference(bits);
        Vector512<int> mask = Vector512.Create(MagnitudeMask);
        Vector512<int> largest = default;
        int i = 0;
        for (; i <= bits.Length - Vector512<int>.Count; i += Vector512<int>.Count)
        {
            largest = Vector512.Max(largest, Vector512.LoadUnsafe(ref first, (nuint)i) & mask);
        }

        int result = 0;
        for (int lane = 0; lane < Vector512<int>.Count; lane++)
        {
            result = Math.Max(result, largest[lane]);
        }

        foreach (int value in bits[i..])
        {
            result = Math.Max(result, value & MagnitudeMask);
        }

        return result;
    }
}
