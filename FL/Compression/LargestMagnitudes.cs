using System.Runtime.InteropServices;

namespace FedActors.FL.Compression;

/// <summary>Finds the numbers of largest magnitude in three passes over them, by the digits of their bits.</summary>
/// <remarks>Without their sign, float bits order as integers do. No copy is made and none is sorted.</remarks>
internal static class LargestMagnitudes
{
    private const uint MagnitudeMask = 0x7FFF_FFFF;
    private const int MaxDigits = 1 << 11;

    // 31 bits in three digits, the highest first.
    private static readonly (int Shift, int Bits)[] Digits = [(20, 11), (10, 10), (0, 10)];

    /// <summary>The places of the largest, ascending; of equal ones the first.</summary>
    /// <param name="values">No NaN among them.</param>
    /// <param name="count">1 to as many as there are.</param>
    public static int[] PlacesIn(ReadOnlySpan<float> values, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, values.Length);
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        uint threshold = FindThreshold(bits, count, out int equals);
        int[] places = new int[count];
        int found = 0;
        for (int i = 0; i < bits.Length && found < count; i++)
        {
            uint magnitude = bits[i] & MagnitudeMask;
            if (magnitude > threshold || (magnitude == threshold && equals-- > 0))
            {
                places[found++] = i;
            }
        }

        return places;
    }

    // The magnitude of the last that is taken, and how many of exactly that magnitude are.
    private static uint FindThreshold(ReadOnlySpan<uint> bits, int count, out int equals)
    {
        Span<int> counts = stackalloc int[MaxDigits];
        uint prefix = 0;
        uint settled = 0;
        equals = count;
        foreach ((int shift, int width) in Digits)
        {
            uint digits = (1u << width) - 1;
            counts.Clear();
            foreach (uint value in bits)
            {
                if ((value & settled) == prefix)
                {
                    counts[(int)((value >> shift) & digits)]++;
                }
            }

            int digit = (int)digits;
            for (; counts[digit] < equals; digit--)
            {
                equals -= counts[digit];
            }

            prefix |= (uint)digit << shift;
            settled |= digits << shift;
        }

        return prefix;
    }
}
