namespace FedActors.FL.Numerics;

/// <summary>Elementary functions whose bits are the same on every machine.</summary>
/// <remarks>
/// <see cref="Math.Log(double)"/> and its kin call the platform's C library, whose last bits differ between systems. Here only
/// IEEE 754 additions, multiplications and divisions are used, each rounded once, in a fixed order.
/// </remarks>
internal static class PortableMath
{
    // log 2 in two parts: the first has 32 significant bits, so its product with any exponent is exact.
    private const double Log2High = 6.93147180369123816490e-01;
    private const double Log2Low = 1.90821492927058770002e-10;
    private const double SquareRootOfTwo = 1.4142135623730951;

    /// <summary>Natural logarithm of a positive, finite, normal number; the error is below two units in the last place.</summary>
    /// <param name="value">At least the smallest normal double.</param>
    public static double Log(double value)
    {
        if (!double.IsNormal(value) || value < 0)
        {
            return double.IsPositiveInfinity(value) ? value : double.NaN;
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > SquareRootOfTwo)
        {
            mantissa *= 0.5;
            exponent++;
        }

        // log m = 2 artanh s with s = (m-1)/(m+1), |s| < 0.1716: the first term left out, s^23/23, is below 2^-62 of the sum.
        double s = (mantissa - 1) / (mantissa + 1);
        double square = s * s;
        double tail = 0;
        for (int odd = 21; odd >= 3; odd -= 2)
        {
            tail = (tail + (1.0 / odd)) * square;
        }

        double fraction = (2 * s) + ((2 * s * tail) + (exponent * Log2Low));
        return (exponent * Log2High) + fraction;
    }

    /// <summary>e to the power of a number from -700 to 700; the error is below two units in the last place.</summary>
    public static double Exp(double value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs(value), 700, nameof(value));
        double n = Math.Round(value / (Log2High + Log2Low));
        double r = value - (n * Log2High) - (n * Log2Low);

        // |r| is at most log 2 / 2: the first term left out, r^18 / 18!, is below 2^-79.
        double sum = 1;
        for (int k = 17; k >= 1; k--)
        {
            sum = 1 + (r / k * sum);
        }

        return Math.ScaleB(sum, (int)n);
    }

    /// <summary>A positive, normal number to a power, where the result's logarithm is from -700 to 700.</summary>
    public static double Pow(double value, double power) => power == 0 ? 1 : Exp(power * Log(value));

    /// <summary>A number from 0 to 1 to a whole power, by squaring.</summary>
    public static double IntegerPower(double value, long power)
    {
        double result = 1;
        for (; power > 0; power >>= 1)
        {
            result *= (power & 1) == 0 ? 1 : value;
            value *= value;
        }

        return result;
    }

    /// <summary>(1 + cos π t) / 2, which is the square of cos(π t / 2); the error is below 2^-50.</summary>
    /// <param name="t">From 0 to 1.</param>
    public static double SquaredCosine(double t)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(t);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(t, 1);
        double square = t * t * (Math.PI * Math.PI / 4);

        // The argument is at most π / 2: the first term left out, x^26 / 26!, is below 2^-71.
        double sum = 1;
        for (int k = 24; k >= 2; k -= 2)
        {
            sum = 1 - (square / (k * (k - 1)) * sum);
        }

        return sum * sum;
    }
}
