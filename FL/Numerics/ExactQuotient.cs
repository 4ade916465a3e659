using System.Numerics;

namespace FedActors.FL.Numerics;

/// <summary>Quotients of whole numbers, rounded once to the nearest float64, ties to even.</summary>
internal static class ExactQuotient
{
    // More bits than float64's 53, so that what is cut off only decides the rounding.
    private const int QuotientBits = 66;

    /// <summary>numerator / denominator · 2^exponent.</summary>
    /// <param name="numerator">Any whole number.</param>
    /// <param name="denominator">Over 0.</param>
    /// <param name="exponent">Such that the result is a normal float64, or 0.</param>
    public static double Divide(BigInteger numerator, BigInteger denominator, int exponent)
    {
        if (numerator.IsZero)
        {
            return 0;
        }

        BigInteger magnitude = BigInteger.Abs(numerator);
        int shift = ShiftFor(magnitude.GetBitLength() - denominator.GetBitLength());
        BigInteger quotient = BigInteger.DivRem(magnitude << shift, denominator, out BigInteger rest);
        double rounded = Round(quotient, !rest.IsZero, exponent - shift);
        return numerator.Sign < 0 ? -rounded : rounded;
    }

    /// <summary>√radicand / denominator · 2^exponent.</summary>
    /// <param name="radicand">Not negative.</param>
    /// <param name="denominator">Over 0.</param>
    /// <param name="exponent">Such that the result is a normal float64, or 0.</param>
    public static double DivideRoot(BigInteger radicand, BigInteger denominator, int exponent)
    {
        if (radicand.IsZero)
        {
            return 0;
        }

        int shift = ShiftFor((radicand.GetBitLength() / 2) - denominator.GetBitLength());
        BigInteger scaled = radicand << (2 * shift);
        BigInteger root = SquareRoot(scaled);
        BigInteger quotient = BigInteger.DivRem(root, denominator, out BigInteger rest);
        return Round(quotient, !rest.IsZero || root * root != scaled, exponent - shift);
    }

    /// <summary>The largest whole number whose square is not above <paramref name="value"/>.</summary>
    /// <param name="value">Over 0.</param>
    internal static BigInteger SquareRoot(BigInteger value)
    {
        // Newton from above: each step falls until it reaches the root.
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private static int ShiftFor(long bits) => (int)Math.Max(0, QuotientBits - bits);

    // The top 64 bits, the lowest of them standing for everything below: the conversion from ulong then rounds correctly.
    private static double Round(BigInteger value, bool inexact, int exponent)
    {
        int drop = (int)value.GetBitLength() - 64;
        ulong top = (ulong)(value >> drop);
        if (inexact || !(value & ((BigInteger.One << drop) - 1)).IsZero)
        {
            top |= 1;
        }

        return Math.ScaleB((double)top, exponent + drop);
    }
}
