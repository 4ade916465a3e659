using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Aggregation;

/// <summary>Sums of products as two fixed-point integers for each coordinate: h = round(p · 2^20) and l = round((p - h · 2^-20) · 2^62).</summary>
/// <remarks>
/// Adding the magic number M, 1.5 times the power of two whose unit in the last place is the lane's, rounds a product to whole units and
/// leaves them in the sum's low bits; so bits(p + M) are added, and bits(M) is taken off as often as that was done. That holds for
/// |p| below 2^31. Sums wrap around, and taking off what was added restores every bit, also of what was not a number.
/// </remarks>
internal sealed class FixedPointLanes
{
    /// <summary>Products from this on are too large for the magic number, and are converted by instructions that take longer.</summary>
    public const double MaxProduct = 1L << 31;

    /// <summary>Coordinates whose lanes stay in the second cache while row after row is added; long enough that a row is read as one stream.</summary>
    public const int Block = 65536;

    /// <summary>Rows added in one pass over the lanes.</summary>
    public const int RowsAtOnce = 8;

    private const double HighScale = 1 << 20;
    private const double LowScale = 1L << 62;
    private const double HighMagic = 1.5 * (1L << 32);
    private const double LowMagic = 1.5 / (1 << 10);
    private const int MagnitudeMask = 0x7FFF_FFFF;

    private readonly long[] _high;
    private readonly long[] _low;

    public FixedPointLanes(int count)
    {
        int padded = (count + Vector512<float>.Count - 1) / Vector512<float>.Count * Vector512<float>.Count;
        _high = new long[padded];
        _low = new long[padded];
    }

    /// <summary>The sums' high parts; past the last coordinate zeros.</summary>
    public Span<long> High => _high;

    /// <summary>The sums' low parts.</summary>
    public Span<long> Low => _low;

    /// <summary>Which way a product goes into the sum.</summary>
    public interface IDirection
    {
        static abstract Vector512<long> Apply(Vector512<long> sum, Vector512<long> addend);
    }

    /// <summary>Adds weight · values from a coordinate on.</summary>
    /// <param name="values">Of any length.</param>
    /// <param name="weight">Finite.</param>
    /// <param name="start">A multiple of sixteen.</param>
    /// <returns>Bits of the largest magnitude, which order as integers do, with infinity and NaN on top.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Add<TDirection>(ReadOnlySpan<float> values, double weight, int start)
        where TDirection : struct, IDirection
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        ref long high = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_high), start);
        ref long low = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_low), start);
        Vector512<double> factor = Vector512.Create(weight);
        Vector512<int> largest = default;
        for (int i = 0; i < values.Length; i += Vector512<float>.Count)
        {
            Vector512<float> row = i <= values.Length - Vector512<float>.Count ? Vector512.LoadUnsafe(ref x, (nuint)i) : Tail(values[i..]);
            Sums sums = new(
                Vector512.LoadUnsafe(ref high, (nuint)i), Vector512.LoadUnsafe(ref high, (nuint)i + 8),
                Vector512.LoadUnsafe(ref low, (nuint)i), Vector512.LoadUnsafe(ref low, (nuint)i + 8));
            sums.Take<TDirection>(row, factor, ref largest);
            sums.High0.StoreUnsafe(ref high, (nuint)i);
            sums.High1.StoreUnsafe(ref high, (nuint)i + 8);
            sums.Low0.StoreUnsafe(ref low, (nuint)i);
            sums.Low1.StoreUnsafe(ref low, (nuint)i + 8);
        }

        return Largest(largest);
    }

    /// <summary>Adds eight rows in one pass over the lanes, so that these are read and written an eighth as often and memory is read in eight streams.</summary>
    /// <param name="rows">Eight rows of one length.</param>
    /// <param name="weights">Their weights.</param>
    /// <param name="from">Where in the rows to begin; a multiple of sixteen.</param>
    /// <param name="count">Coordinates; a multiple of sixteen.</param>
    /// <param name="largest">Raised to the bits of each row's largest magnitude.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddEight<TDirection>(ReadOnlySpan<ReadOnlyMemory<float>> rows, ReadOnlySpan<double> weights, int from, int count, Span<int> largest)
        where TDirection : struct, IDirection
    {
        ref float x0 = ref MemoryMarshal.GetReference(rows[0].Span[from..(from + count)]);
        ref float x1 = ref MemoryMarshal.GetReference(rows[1].Span[from..(from + count)]);
        ref float x2 = ref MemoryMarshal.GetReference(rows[2].Span[from..(from + count)]);
        ref float x3 = ref MemoryMarshal.GetReference(rows[3].Span[from..(from + count)]);
        ref float x4 = ref MemoryMarshal.GetReference(rows[4].Span[from..(from + count)]);
        ref float x5 = ref MemoryMarshal.GetReference(rows[5].Span[from..(from + count)]);
        ref float x6 = ref MemoryMarshal.GetReference(rows[6].Span[from..(from + count)]);
        ref float x7 = ref MemoryMarshal.GetReference(rows[7].Span[from..(from + count)]);
        ref long high = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_high), from);
        ref long low = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_low), from);
        Vector512<double> w0 = Vector512.Create(weights[0]), w1 = Vector512.Create(weights[1]), w2 = Vector512.Create(weights[2]), w3 = Vector512.Create(weights[3]);
        Vector512<double> w4 = Vector512.Create(weights[4]), w5 = Vector512.Create(weights[5]), w6 = Vector512.Create(weights[6]), w7 = Vector512.Create(weights[7]);
        Vector512<int> m0 = default, m1 = default, m2 = default, m3 = default, m4 = default, m5 = default, m6 = default, m7 = default;
        for (nuint i = 0; i < (nuint)count; i += (nuint)Vector512<float>.Count)
        {
            Sums sums = new(
                Vector512.LoadUnsafe(ref high, i), Vector512.LoadUnsafe(ref high, i + 8),
                Vector512.LoadUnsafe(ref low, i), Vector512.LoadUnsafe(ref low, i + 8));
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x0, i), w0, ref m0);
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x1, i), w1, ref m1);
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x2, i), w2, ref m2);
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x3, i), w3, ref m3);
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x4, i), w4, ref m4);
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x5, i), w5, ref m5);
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x6, i), w6, ref m6);
            sums.TakeRaw<TDirection>(Vector512.LoadUnsafe(ref x7, i), w7, ref m7);
            sums.TakeOff<TDirection>(RowsAtOnce);
            sums.High0.StoreUnsafe(ref high, i);
            sums.High1.StoreUnsafe(ref high, i + 8);
            sums.Low0.StoreUnsafe(ref low, i);
            sums.Low1.StoreUnsafe(ref low, i + 8);
        }

        largest[0] = Math.Max(largest[0], Largest(m0));
        largest[1] = Math.Max(largest[1], Largest(m1));
        largest[2] = Math.Max(largest[2], Largest(m2));
        largest[3] = Math.Max(largest[3], Largest(m3));
        largest[4] = Math.Max(largest[4], Largest(m4));
        largest[5] = Math.Max(largest[5], Largest(m5));
        largest[6] = Math.Max(largest[6], Largest(m6));
        largest[7] = Math.Max(largest[7], Largest(m7));
    }

    /// <summary>The same for products of any size that a double holds exactly in units of 2^-20.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddLarge(ReadOnlySpan<float> values, double weight)
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        for (int i = 0; i < values.Length; i += Vector512<float>.Count)
        {
            Vector512<float> row = i <= values.Length - Vector512<float>.Count ? Vector512.LoadUnsafe(ref x, (nuint)i) : Tail(values[i..]);
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(row);
            AddLargeProducts(lower * weight, i);
            AddLargeProducts(upper * weight, i + Vector512<double>.Count);
        }
    }

    /// <summary>Adds all sums of another.</summary>
    public void Add(FixedPointLanes other)
    {
        AddIntegers(_high, other._high);
        AddIntegers(_low, other._low);
    }

    public void Clear()
    {
        Array.Clear(_high);
        Array.Clear(_low);
    }

    /// <summary>Writes each sum divided by the weight, rounded to float32.</summary>
    public void Divide(double weight, Span<float> quotients)
    {
        Span<float> block = stackalloc float[Vector512<float>.Count];
        for (int i = 0; i < quotients.Length; i += Vector512<float>.Count)
        {
            Vector512<float> values = Vector512.Narrow(Quotients(i, weight), Quotients(i + Vector512<double>.Count, weight));
            if (i + Vector512<float>.Count <= quotients.Length)
            {
                values.CopyTo(quotients[i..]);
            }
            else
            {
                values.CopyTo(block);
                block[..(quotients.Length - i)].CopyTo(quotients[i..]);
            }
        }
    }

    /// <summary>One number's two parts.</summary>
    public static (long High, long Low) Split(double value)
    {
        double high = Math.Round(value * HighScale);
        return ((long)high, (long)Math.Round(Math.FusedMultiplyAdd(high, -1 / HighScale, value) * LowScale));
    }

    /// <summary>The number that two parts stand for.</summary>
    public static double Join(long high, long low) => Math.FusedMultiplyAdd(high, 1 / HighScale, low * (1 / LowScale));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddLargeProducts(Vector512<double> products, int index)
    {
        ref long high = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_high), index);
        ref long low = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_low), index);
        Vector512<double> h = Vector512.Round(products * HighScale);
        Vector512<double> rest = Vector512.FusedMultiplyAdd(h, Vector512.Create(-1 / HighScale), products);
        Vector512<double> l = Vector512.Round(rest * LowScale);
        (Vector512.LoadUnsafe(ref high) + Vector512.ConvertToInt64Native(h)).StoreUnsafe(ref high);
        (Vector512.LoadUnsafe(ref low) + Vector512.ConvertToInt64Native(l)).StoreUnsafe(ref low);
    }

    private Vector512<double> Quotients(int index, double weight)
    {
        Vector512<double> high = Vector512.ConvertToDouble(Vector512.LoadUnsafe(ref _high[index]));
        Vector512<double> low = Vector512.ConvertToDouble(Vector512.LoadUnsafe(ref _low[index]));
        return Vector512.FusedMultiplyAdd(high, Vector512.Create(1 / HighScale), low * (1 / LowScale)) / weight;
    }

    private static Vector512<float> Tail(ReadOnlySpan<float> values)
    {
        Span<float> tail = stackalloc float[Vector512<float>.Count];
        tail.Clear();
        values.CopyTo(tail);
        return Vector512.Create<float>(tail);
    }

    private static int Largest(Vector512<int> lanes)
    {
        int largest = 0;
        for (int lane = 0; lane < Vector512<int>.Count; lane++)
        {
            largest = Math.Max(largest, lanes[lane]);
        }

        return largest;
    }

    private static void AddIntegers(Span<long> sum, ReadOnlySpan<long> addend)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += addend[i];
        }
    }

    /// <summary>Into the sum.</summary>
    public readonly struct Forward : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<long> Apply(Vector512<long> sum, Vector512<long> addend) => sum + addend;
    }

    /// <summary>Out of it again.</summary>
    public readonly struct Backward : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<long> Apply(Vector512<long> sum, Vector512<long> addend) => sum - addend;
    }

    /// <summary>Both lanes of sixteen coordinates, in registers.</summary>
    private ref struct Sums(Vector512<long> high0, Vector512<long> high1, Vector512<long> low0, Vector512<long> low1)
    {
        public Vector512<long> High0 = high0;
        public Vector512<long> High1 = high1;
        public Vector512<long> Low0 = low0;
        public Vector512<long> Low1 = low1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take<TDirection>(Vector512<float> row, Vector512<double> weight, ref Vector512<int> largest)
            where TDirection : struct, IDirection
        {
            TakeRaw<TDirection>(row, weight, ref largest);
            TakeOff<TDirection>(1);
        }

        /// <summary>Takes products in with the bits of the magic numbers, which <see cref="TakeOff"/> takes off for several rows at once: sums wrap around.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void TakeRaw<TDirection>(Vector512<float> row, Vector512<double> weight, ref Vector512<int> largest)
            where TDirection : struct, IDirection
        {
            Vector512<double> magic = Vector512.Create(HighMagic);
            Vector512<double> lowMagic = Vector512.Create(LowMagic);
            largest = Vector512.Max(largest, row.AsInt32() & Vector512.Create(MagnitudeMask));
            Vector512<double> p = Vector512.WidenLower(row) * weight;
            Vector512<double> q = Vector512.WidenUpper(row) * weight;
            Vector512<double> hp = p + magic;
            Vector512<double> hq = q + magic;
            High0 = TDirection.Apply(High0, hp.AsInt64());
            High1 = TDirection.Apply(High1, hq.AsInt64());
            Low0 = TDirection.Apply(Low0, (p - (hp - magic) + lowMagic).AsInt64());
            Low1 = TDirection.Apply(Low1, (q - (hq - magic) + lowMagic).AsInt64());
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void TakeOff<TDirection>(long rows)
            where TDirection : struct, IDirection
        {
            Vector512<long> high = Vector512.Create(unchecked(-rows * BitConverter.DoubleToInt64Bits(HighMagic)));
            Vector512<long> low = Vector512.Create(unchecked(-rows * BitConverter.DoubleToInt64Bits(LowMagic)));
            High0 = TDirection.Apply(High0, high);
            High1 = TDirection.Apply(High1, high);
            Low0 = TDirection.Apply(Low0, low);
            Low1 = TDirection.Apply(Low1, low);
        }
    }
}
