using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>Averages updates as they arrive, each weighted by its example count.</summary>
/// <remarks>
/// McMahan et al. 2017, Algorithm 1. Each product p = weight · x is split into two fixed-point numbers, h = round(p · 2^20) and
/// l = round((p - h · 2^-20) · 2^62), which are added as 64-bit integers. Integer addition is associative, so neither the order of
/// arrival, nor the grouping into partial averages, nor the width of the machine's registers changes a bit of the mean. The two lanes
/// hold every product to 2^-63: exactly, for whole weights and parameters that are multiples of 2^-62.
/// Memory is 16 bytes a parameter however many updates come. Not safe for concurrent use.
/// </remarks>
public sealed class FederatedAverage
{
    /// <summary>Most updates, 2^21: a low part is at most 2^41, so their sum stays below 2^63.</summary>
    public const int MaxUpdates = 1 << 21;

    /// <summary>Largest sum over updates of weight times largest parameter, 2^42: the high parts' sum then stays below 2^63.</summary>
    public const double MaxWeightedMagnitude = 1L << 42;

    private const double HighScale = 1 << 20;
    private const double LowScale = 1L << 62;

    private readonly long[] _high;
    private readonly long[] _low;
    private long _weightHigh;
    private long _weightLow;
    private double _weightedMagnitude;

    /// <summary>An empty average.</summary>
    /// <param name="layout">The model's parameters.</param>
    public FederatedAverage(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        int padded = (layout.Count + Vector512<float>.Count - 1) / Vector512<float>.Count * Vector512<float>.Count;
        _high = new long[padded];
        _low = new long[padded];
    }

    /// <summary>The model's parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Updates taken in.</summary>
    public int Updates { get; private set; }

    /// <summary>Their weights' sum; exact for whole weights.</summary>
    public double TotalWeight => Join(_weightHigh, _weightLow);

    /// <summary>Takes an update in, whole or not at all.</summary>
    /// <param name="values">The update's parameters; not kept.</param>
    /// <param name="weight">What it counts for: its examples.</param>
    /// <param name="fault">Why it was refused; the average is unchanged then.</param>
    public bool TryAdd(ReadOnlySpan<float> values, double weight, [NotNullWhen(false)] out UpdateFault? fault)
    {
        fault = UpdateInspection.FindFault(Layout, values, weight, out float magnitude);
        fault ??= FindLimit(1, weight * Math.Max(magnitude, 1));
        if (fault is not null)
        {
            return false;
        }

        Accumulate(values, weight);
        Updates++;
        _weightedMagnitude += weight * Math.Max(magnitude, 1);
        (long high, long low) = Split(weight);
        _weightHigh += high;
        _weightLow += low;
        return true;
    }

    /// <summary>Takes all updates of a partial average in, as if they had been added here.</summary>
    /// <param name="other">A partial average of the same layout; unchanged.</param>
    /// <param name="fault">Why it was refused; this average is unchanged then.</param>
    /// <exception cref="ArgumentException">The layouts differ.</exception>
    public bool TryMerge(FederatedAverage other, [NotNullWhen(false)] out UpdateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Layout.Equals(other.Layout))
        {
            throw new ArgumentException($"The layouts differ: {Layout} and {other.Layout}.", nameof(other));
        }

        fault = FindLimit(other.Updates, other._weightedMagnitude);
        if (fault is not null)
        {
            return false;
        }

        AddIntegers(_high, other._high);
        AddIntegers(_low, other._low);
        Updates += other.Updates;
        _weightedMagnitude += other._weightedMagnitude;
        _weightHigh += other._weightHigh;
        _weightLow += other._weightLow;
        return true;
    }

    /// <summary>The weighted mean of all updates so far.</summary>
    /// <returns>A new vector; more updates may follow.</returns>
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public ParameterVector ToMean()
    {
        if (Updates == 0)
        {
            throw new InvalidOperationException("An average of no updates is not defined: add one first.");
        }

        ParameterVector mean = new(Layout);
        Span<float> values = mean.AsSpan();
        double weight = TotalWeight;
        Span<float> block = stackalloc float[Vector512<float>.Count];
        for (int i = 0; i < values.Length; i += Vector512<float>.Count)
        {
            Vector512<float> quotients = Vector512.Narrow(MeanBlock(i, weight), MeanBlock(i + Vector512<double>.Count, weight));
            if (i + Vector512<float>.Count <= values.Length)
            {
                quotients.CopyTo(values[i..]);
            }
            else
            {
                quotients.CopyTo(block);
                block[..(values.Length - i)].CopyTo(values[i..]);
            }
        }

        return mean;
    }

    /// <summary>Forgets all updates, to be used for another round.</summary>
    public void Clear()
    {
        Array.Clear(_high);
        Array.Clear(_low);
        (Updates, _weightedMagnitude, _weightHigh, _weightLow) = (0, 0, 0, 0);
    }

    private UpdateFault.AverageFull? FindLimit(int updates, double weightedMagnitude)
    {
        if (Updates + (long)updates > MaxUpdates)
        {
            return new UpdateFault.AverageFull($"it would hold more than {MaxUpdates} updates");
        }

        return _weightedMagnitude + weightedMagnitude > MaxWeightedMagnitude
            ? new UpdateFault.AverageFull($"weights times parameters would sum to more than {MaxWeightedMagnitude}")
            : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Accumulate(ReadOnlySpan<float> values, double weight)
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            AddBlock(Vector512.LoadUnsafe(ref x, (nuint)i), weight, i);
        }

        if (i < values.Length)
        {
            Span<float> tail = stackalloc float[Vector512<float>.Count];
            tail.Clear();
            values[i..].CopyTo(tail);
            AddBlock(Vector512.Create<float>(tail), weight, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddBlock(Vector512<float> values, double weight, int index)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(values);
        AddProducts(lower * weight, index);
        AddProducts(upper * weight, index + Vector512<double>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddProducts(Vector512<double> products, int index)
    {
        ref long high = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_high), index);
        ref long low = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_low), index);
        Vector512<double> h = Vector512.Round(products * HighScale);
        Vector512<double> rest = Vector512.FusedMultiplyAdd(h, Vector512.Create(-1 / HighScale), products);
        Vector512<double> l = Vector512.Round(rest * LowScale);
        (Vector512.LoadUnsafe(ref high) + Vector512.ConvertToInt64Native(h)).StoreUnsafe(ref high);
        (Vector512.LoadUnsafe(ref low) + Vector512.ConvertToInt64Native(l)).StoreUnsafe(ref low);
    }

    private Vector512<double> MeanBlock(int index, double weight)
    {
        Vector512<double> high = Vector512.ConvertToDouble(Vector512.LoadUnsafe(ref _high[index]));
        Vector512<double> low = Vector512.ConvertToDouble(Vector512.LoadUnsafe(ref _low[index]));
        return Vector512.FusedMultiplyAdd(high, Vector512.Create(1 / HighScale), low * (1 / LowScale)) / weight;
    }

    private static (long High, long Low) Split(double value)
    {
        double high = Math.Round(value * HighScale);
        return ((long)high, (long)Math.Round(Math.FusedMultiplyAdd(high, -1 / HighScale, value) * LowScale));
    }

    private static double Join(long high, long low) => Math.FusedMultiplyAdd(high, 1 / HighScale, low * (1 / LowScale));

    private static void AddIntegers(Span<long> sum, ReadOnlySpan<long> addend)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += addend[i];
        }
    }
}
