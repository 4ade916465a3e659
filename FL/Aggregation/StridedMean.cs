using System.Diagnostics.CodeAnalysis;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>The weighted mean, some updates at a time: memory for so many, and one pass over the sums for all of them.</summary>
/// <remarks>MetisFL's FedStride. The sums are exact, so that its bits are those of <see cref="StreamingMean"/>, whatever the stride.</remarks>
public sealed class StridedMean : ISumReducer
{
    private readonly FederatedAverage _average;
    private readonly int _stride;
    private readonly List<ReadOnlyMemory<float>> _waiting = [];
    private readonly List<double> _weights = [];
    private UpdateFault? _full;

    /// <summary>An empty mean.</summary>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="stride">Updates taken in at a time, at least one.</param>
    public StridedMean(ParameterLayout layout, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        (_average, _stride) = (new FederatedAverage(layout), stride);
    }

    /// <inheritdoc/>
    public int Updates => _average.Updates + _waiting.Count;

    /// <inheritdoc/>
    public bool TryAdd(ContributedUpdate update, [NotNullWhen(false)] out UpdateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(update);
        fault = _full ?? UpdateInspection.FindFault(_average.Layout, update.Parameters.Span, update.Weight);
        if (fault is not null)
        {
            return false;
        }

        _waiting.Add(update.Parameters);
        _weights.Add(update.Weight);
        if (_waiting.Count >= _stride)
        {
            TakeIn();
        }

        return true;
    }

    /// <inheritdoc/>
    public bool TryMerge(FederatedAverage sum, [NotNullWhen(false)] out UpdateFault? fault) => _average.TryMerge(sum, out fault);

    /// <inheritdoc/>
    public bool TryReduce([NotNullWhen(true)] out ParameterVector? result, [NotNullWhen(false)] out string? fault)
    {
        TakeIn();
        (result, fault) = (_full, Updates) switch
        {
            ({ } full, _) => (null, full.Text),
            (null, 0) => (null, "there is no update to average"),
            _ => (_average.ToMean(), (string?)null),
        };
        return result is not null;
    }

    // Sound updates fit but for the sums' limits, and then the round cannot be averaged at all.
    private void TakeIn()
    {
        if (_waiting.Count > 0 && !_average.TryAddAll(_waiting, _weights.ToArray(), out UpdateFault? fault))
        {
            _full = fault;
        }

        _waiting.Clear();
        _weights.Clear();
    }
}
