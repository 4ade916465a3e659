using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedActors.FL.Numerics;

/// <summary>Sums columns of float32, or of their squares, without any rounding.</summary>
/// <remarks>
/// A column's sum is a fixed-point number in limbs of radix 2^32, each in a signed 64-bit integer, so that carries can wait until
/// the end: a row adds less than 2^34 to a limb, and <see cref="MaxRows"/> rows less than 2^63. This is Kulisch's long accumulator
/// (Kulisch and Miranker 1986), which makes a sum independent of its order.
/// </remarks>
internal sealed class ExactColumnSums
{
    /// <summary>Most rows added to one instance.</summary>
    public const int MaxRows = 1 << 28;

    private const int LimbBits = 32;
    private const int MantissaBits = 24;
    private const int MaxExponent = 254;

    private readonly int _limbs;
    private readonly long[] _sums;

    /// <summary>Sums of zero.</summary>
    /// <param name="columns">Numbers in a row.</param>
    /// <param name="squares">Whether squares are summed.</param>
    public ExactColumnSums(int columns, bool squares)
    {
        Squares = squares;
        int highestBit = (MaxExponent * (squares ? 2 : 1)) + (squares ? MantissaBits : 0);
        _limbs = (highestBit / LimbBits) + 2;
        _sums = new long[columns * _limbs];
    }

    /// <summary>Whether squares are summed.</summary>
    public bool Squares { get; }

    /// <summary>Adds a row.</summary>
    /// <param name="row">Finite numbers, one for each column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row.Length * _limbs, _sums.Length, nameof(row));
        ref long limbs = ref MemoryMarshal.GetArrayDataReference(_sums);
        foreach (float value in row)
        {
            uint bits = BitConverter.SingleToUInt32Bits(value);
            int exponent = (int)(bits >> (MantissaBits - 1)) & 0xFF;

            // The value is mantissa * 2^(position - 149): subnormals share the smallest normal exponent and lack the leading one.
            long mantissa = (bits & 0x7F_FFFF) + (exponent == 0 ? 0 : 0x80_0000);
            int position = Math.Max(exponent - 1, 0);
            if (Squares)
            {
                AddSquare(ref limbs, (ulong)(mantissa * mantissa), 2 * position);
            }
            else
            {
                Add(ref limbs, bits >> 31 != 0 ? -mantissa : mantissa, position);
            }

            limbs = ref Unsafe.Add(ref limbs, _limbs);
        }
    }

    /// <summary>A column's sum as a whole number: in units of 2^-149, or of 2^-298 for squares.</summary>
    public BigInteger this[int column]
    {
        get
        {
            BigInteger sum = 0;
            for (int limb = _limbs - 1; limb >= 0; limb--)
            {
                sum = (sum << LimbBits) + _sums[(column * _limbs) + limb];
            }

            return sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref long limbs, long mantissa, int position)
    {
        long shifted = mantissa << (position % LimbBits);
        ref long limb = ref Unsafe.Add(ref limbs, position / LimbBits);
        limb += shifted & uint.MaxValue;
        Unsafe.Add(ref limb, 1) += shifted >> LimbBits;
    }

    // 48 bits, shifted by up to 31: they reach into a third limb.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSquare(ref long limbs, ulong square, int position)
    {
        int shift = position % LimbBits;
        ulong low = square << shift;
        ref long limb = ref Unsafe.Add(ref limbs, position / LimbBits);
        limb += (uint)low;
        Unsafe.Add(ref limb, 1) += (long)(low >> LimbBits);
        Unsafe.Add(ref limb, 2) += (long)(square >> 1 >> (63 - shift));
    }
}
