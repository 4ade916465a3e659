using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.Simulation.Scenarios;

/// <summary>Fills a row with noise around a centre, eight numbers at a time: making a client's examples must not take longer than training on them.</summary>
/// <remarks>
/// Each number is hashed from its place and the row's key (the multiply-xorshift of Wellons' lowbias32 with the key's halves before and
/// within), and the four bytes of the hash are summed: nearly normal, from -3.5 to 3.5 deviations (Irwin 1927, Hall 1927). Whole numbers
/// and one multiplication and addition, each rounded once, give the same bits on every machine.
/// </remarks>
internal static class RowNoise
{
    // The sum of four bytes has mean 510 and variance 4 (256² - 1) / 12.
    private const float Mean = 510;
    private const float Scale = 1f / 147.80054f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(ulong key, ReadOnlySpan<float> centre, Span<float> row)
    {
        Vector256<uint> low = Vector256.Create((uint)key);
        Vector256<uint> high = Vector256.Create((uint)(key >> 32));
        Vector256<uint> places = Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7);
        ref float from = ref MemoryMarshal.GetReference(centre);
        ref float to = ref MemoryMarshal.GetReference(row);
        int i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> noise = Noise(Vector256.Create((uint)i) + places, low, high);
            (Vector256.LoadUnsafe(ref from, (nuint)i) + noise).StoreUnsafe(ref to, (nuint)i);
        }

        if (i < row.Length)
        {
            Vector256<float> noise = Noise(Vector256.Create((uint)i) + places, low, high);
            for (int lane = 0; i < row.Length; i++, lane++)
            {
                row[i] = centre[i] + noise[lane];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Noise(Vector256<uint> places, Vector256<uint> low, Vector256<uint> high)
    {
        Vector256<uint> x = (places * Vector256.Create(0x9E3779B9u)) ^ low;
        x ^= x >>> 16;
        x *= Vector256.Create(0x7FEB352Du);
        x ^= (x >>> 15) ^ high;
        x *= Vector256.Create(0x846CA68Bu);
        x ^= x >>> 16;
        Vector256<uint> octet = Vector256.Create(0xFFu);
        Vector256<uint> sum = (x & octet) + ((x >>> 8) & octet) + ((x >>> 16) & octet) + (x >>> 24);
        return (Vector256.ConvertToSingle(sum.AsInt32()) - Vector256.Create(Mean)) * Vector256.Create(Scale);
    }
}
