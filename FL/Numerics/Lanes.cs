using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Numerics;

/// <summary>Operations on eight float32 lanes with the same bits on every machine.</summary>
/// <remarks>
/// The width of every sum across lanes is fixed at eight, whatever the hardware has, and <see cref="Sum"/> spells its order out;
/// fused multiply-add is correctly rounded by definition, in software where the hardware lacks it.
/// TensorPrimitives and Vector.Sum are not used for this reason: the order of their sums follows the width of the machine's registers.
/// </remarks>
internal static class Lanes
{
    /// <summary>Lanes in a block.</summary>
    public const int Width = 8;

    // exp underflows to a subnormal below this; the result is then 0, which no sum of at least 1 can tell apart.
    private const float LowestExponent = -87.3f;

    /// <summary>The next multiple of <see cref="Width"/>.</summary>
    public static int RoundUp(int count) => (count + Width - 1) & -Width;

    /// <summary>Sum of all lanes: (0+4)+(2+6) and (1+5)+(3+7), then both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value)
    {
        Vector128<float> four = value.GetLower() + value.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>Largest lane. If any lane is NaN the result is unspecified.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector256<float> value)
    {
        Vector128<float> four = Vector128.MaxNative(value.GetLower(), value.GetUpper());
        Vector128<float> two = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>e to the power of each lane, for lanes at most 0; 0 from -87.3 downwards, NaN for NaN.</summary>
    /// <remarks>
    /// x = n log 2 + r with |r| at most log 2 / 2; e^r by the polynomial of Cephes' expf (Moshier 1992), with fused steps; 2^n by the
    /// exponent's bits. The error is below two units in the last place.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // Adding 1.5 * 2^23 leaves the integer nearest to x log2 e in the low bits of the sum.
        Vector256<float> magic = Vector256.Create(12582912f);
        Vector256<float> shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(1.44269504088896341f), magic);
        Vector256<float> n = shifted - magic;
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);

        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r) + Vector256<float>.One;

        Vector256<float> power = ((shifted.AsInt32() << 23) + Vector256<float>.One.AsInt32()).AsSingle();
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(LowestExponent)), Vector256<float>.Zero, p * power);
    }
}
