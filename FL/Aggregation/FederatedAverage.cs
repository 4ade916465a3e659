using System.Diagnostics.CodeAnalysis;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>Averages updates as they arrive, each weighted by its example count.</summary>
/// <remarks>
/// McMahan et al. 2017, Algorithm 1. Each product p = weight · x is split into two fixed-point numbers, h = round(p · 2^20) and
/// l = round((p - h · 2^-20) · 2^62), which are added as 64-bit integers. Integer addition is associative, so neither the order of
/// arrival, nor the grouping into partial averages, nor the width of the machine's registers changes a bit of the mean. The two lanes
/// hold every product to 2^-63: exactly, for whole weights and parameters that are multiples of 2^-62.
/// Memory is 16 bytes a parameter, and with <see cref="TryHold"/> that of eight updates, however many come. Not safe for concurrent use.
/// </remarks>
public sealed class FederatedAverage
{
    /// <summary>Most updates, 2^21: a low part is at most 2^41, so their sum stays below 2^63.</summary>
    public const int MaxUpdates = 1 << 21;

    /// <summary>Largest sum over updates of weight times largest parameter, 2^42: the high parts' sum then stays below 2^63.</summary>
    public const double MaxWeightedMagnitude = 1L << 42;

    private readonly FixedPointLanes _lanes;
    private readonly ReadOnlyMemory<float>[] _held = new ReadOnlyMemory<float>[FixedPointLanes.RowsAtOnce];
    private readonly double[] _heldWeights = new double[FixedPointLanes.RowsAtOnce];
    private int _heldCount;
    private long _weightHigh;
    private long _weightLow;
    private double _weightedMagnitude;

    /// <summary>An empty average.</summary>
    /// <param name="layout">The model's parameters.</param>
    public FederatedAverage(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _lanes = new FixedPointLanes(layout.Count);
    }

    /// <summary>The model's parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Updates taken in.</summary>
    public int Updates { get; private set; }

    /// <summary>Their weights' sum; exact for whole weights.</summary>
    public double TotalWeight => FixedPointLanes.Join(_weightHigh, _weightLow);

    /// <summary>Takes an update in, whole or not at all.</summary>
    /// <param name="values">The update's parameters; not kept.</param>
    /// <param name="weight">What it counts for: its examples.</param>
    /// <param name="fault">Why it was refused; the average is unchanged then.</param>
    public bool TryAdd(ReadOnlySpan<float> values, double weight, [NotNullWhen(false)] out UpdateFault? fault)
    {
        fault = FindFault(values, weight, out float magnitude);
        if (fault is not null)
        {
            return false;
        }

        Sum(values, weight, magnitude);
        Count(weight, magnitude);
        return true;
    }

    /// <summary>As <see cref="TryAdd"/>, for an update that nobody writes again: it is looked over at once, and summed together with seven that follow.</summary>
    /// <param name="values">The update's parameters; kept until seven more have come or the mean is asked for.</param>
    /// <param name="weight">What it counts for: its examples.</param>
    /// <param name="fault">Why it was refused; the average is unchanged then.</param>
    /// <remarks>Sums are read and written an eighth as often, on all cores where the model is large. The bits of the mean are those of <see cref="TryAdd"/>. At most eight updates are held, however many come.</remarks>
    public bool TryHold(ReadOnlyMemory<float> values, double weight, [NotNullWhen(false)] out UpdateFault? fault)
    {
        fault = UpdateInspection.FindFault(Layout, values, weight, out float magnitude) ?? FindLimit(1, weight * Math.Max(magnitude, 1));
        if (fault is not null)
        {
            return false;
        }

        Count(weight, magnitude);
        if (weight * magnitude >= FixedPointLanes.MaxProduct)
        {
            Sum(values.Span, weight, magnitude);
            return true;
        }

        (_held[_heldCount], _heldWeights[_heldCount]) = (values, weight);
        _heldCount++;
        if (_heldCount == _held.Length)
        {
            SumHeld();
        }

        return true;
    }

    /// <summary>Takes several updates in, all or none, reading each once and using all cores where the model is large.</summary>
    /// <param name="updates">Their parameters; not kept.</param>
    /// <param name="weights">What each counts for.</param>
    /// <param name="fault">Why the first that is unsound was refused; the average is unchanged then.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    /// <remarks>The bits of the mean are those of <see cref="TryAdd"/> for one after another.</remarks>
    public bool TryAddAll(IReadOnlyList<ReadOnlyMemory<float>> updates, ReadOnlySpan<double> weights, [NotNullWhen(false)] out UpdateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(updates);
        if (updates.Count != weights.Length)
        {
            throw new ArgumentException($"{updates.Count} updates have {weights.Length} weights.", nameof(weights));
        }

        fault = FindMisfit(updates, weights);
        if (fault is not null)
        {
            return false;
        }

        UpdateGroup group = new(updates, weights.ToArray(), Layout.Count);
        float[] magnitudes = group.Add<FixedPointLanes.Forward>(_lanes);
        fault = FindFault(updates, weights, magnitudes, out bool large);
        if (fault is null && !large)
        {
            for (int i = 0; i < magnitudes.Length; i++)
            {
                Count(weights[i], magnitudes[i]);
            }

            return true;
        }

        group.Add<FixedPointLanes.Backward>(_lanes);
        for (int i = 0; i < updates.Count && fault is null; i++)
        {
            TryAdd(updates[i].Span, weights[i], out fault);
        }

        return fault is null;
    }

    /// <summary>Takes all updates of a partial average in, as if they had been added here.</summary>
    /// <param name="other">A partial average of the same layout; its mean is unchanged.</param>
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

        other.SumHeld();
        _lanes.Add(other._lanes);
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

        SumHeld();
        ParameterVector mean = new(Layout);
        _lanes.Divide(TotalWeight, mean.AsSpan());
        return mean;
    }

    /// <summary>The sums, with all that was held in them.</summary>
    internal FixedPointLanes Sums()
    {
        SumHeld();
        return _lanes;
    }

    /// <summary>What is known of the updates beside the sums.</summary>
    internal AverageTotals Totals
    {
        get => new(Updates, _weightHigh, _weightLow, _weightedMagnitude);
        set => (Updates, _weightHigh, _weightLow, _weightedMagnitude) = value;
    }

    /// <summary>Forgets all updates, to be used for another round.</summary>
    public void Clear()
    {
        _lanes.Clear();
        Array.Clear(_held);
        _heldCount = 0;
        (Updates, _weightedMagnitude, _weightHigh, _weightLow) = (0, 0, 0, 0);
    }

    private UpdateFault? FindFault(ReadOnlySpan<float> values, double weight, out float magnitude) =>
        UpdateInspection.FindFault(Layout, values, weight, out magnitude) ?? FindLimit(1, weight * Math.Max(magnitude, 1));

    private void SumHeld()
    {
        if (_heldCount > 0)
        {
            new UpdateGroup(_held.AsSpan(0, _heldCount).ToArray(), _heldWeights[.._heldCount], Layout.Count).Add<FixedPointLanes.Forward>(_lanes);
            Array.Clear(_held);
            _heldCount = 0;
        }
    }

    private void Sum(ReadOnlySpan<float> values, double weight, float magnitude)
    {
        if (weight * magnitude < FixedPointLanes.MaxProduct)
        {
            _lanes.Add<FixedPointLanes.Forward>(values, weight, 0);
        }
        else
        {
            _lanes.AddLarge(values, weight);
        }
    }

    private void Count(double weight, float magnitude)
    {
        Updates++;
        _weightedMagnitude += weight * Math.Max(magnitude, 1);
        (long high, long low) = FixedPointLanes.Split(weight);
        _weightHigh += high;
        _weightLow += low;
    }

    private UpdateFault? FindMisfit(IReadOnlyList<ReadOnlyMemory<float>> updates, ReadOnlySpan<double> weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (UpdateInspection.FindMisfit(Layout, updates[i].Length, weights[i]) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private UpdateFault? FindFault(IReadOnlyList<ReadOnlyMemory<float>> updates, ReadOnlySpan<double> weights, ReadOnlySpan<float> magnitudes, out bool large)
    {
        double sum = 0;
        large = false;
        for (int i = 0; i < weights.Length; i++)
        {
            // Written so that NaN is looked at more closely.
            if (!(magnitudes[i] <= UpdateInspection.MaxMagnitude))
            {
                return UpdateInspection.FindFault(Layout, updates[i].Span, weights[i]);
            }

            large |= weights[i] * magnitudes[i] >= FixedPointLanes.MaxProduct;
            sum += weights[i] * Math.Max(magnitudes[i], 1);
        }

        return FindLimit(weights.Length, sum);
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
}
