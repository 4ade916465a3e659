using System.Numerics;

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
    public void Add(ReadOnlySpan<float> row)
    {
        for (int column = 0; column < row.Length; column++)
        {
            Span<long> limbs = _sums.AsSpan(column * _limbs, _limbs);
            uint bits = BitConverter.SingleToUInt32Bits(row[column]);
            int exponent = (int)(bits >> (MantissaBits - 1)) & 0xFF;

            // The value is mantissa * 2^(position - 149): subnormals share the smallest normal exponent and lack the leading one.
            long mantissa = (bits & 0x7F_FFFF) + (exponent == 0 ? 0 : 0x80_0000);
            int position = Math.Max(exponent - 1, 0);
            if (Squares)
            {
                long square = mantissa * mantissa;
                Add(limbs, square & 0xFF_FFFF, 2 * position);
                Add(limbs, square >> MantissaBits, (2 * position) + MantissaBits);
            }
            else
            {
                Add(limbs, bits >> 31 != 0 ? -mantissa : mantissa, position);
            }
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

    private static void Add(Span<long> limbs, long mantissa, int position)
    {
        long shifted = mantissa << (position % LimbBits);
        limbs[position / LimbBits] += shifted & uint.MaxValue;
        limbs[(position / LimbBits) + 1] += shifted >> LimbBits;
    }
}
