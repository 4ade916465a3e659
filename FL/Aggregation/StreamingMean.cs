using System.Diagnostics.CodeAnalysis;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>The weighted mean, one update at a time: memory does not grow with the number of workers.</summary>
public sealed class StreamingMean(ParameterLayout layout) : ISumReducer
{
    private readonly FederatedAverage _average = new(layout);

    /// <inheritdoc/>
    public int Updates => _average.Updates;

    /// <inheritdoc/>
    public bool TryAdd(ContributedUpdate update, [NotNullWhen(false)] out UpdateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(update);
        return _average.TryHold(update.Parameters, update.Weight, out fault);
    }

    /// <inheritdoc/>
    public bool TryMerge(FederatedAverage sum, [NotNullWhen(false)] out UpdateFault? fault) => _average.TryMerge(sum, out fault);

    /// <inheritdoc/>
    public bool TryReduce([NotNullWhen(true)] out ParameterVector? result, [NotNullWhen(false)] out string? fault)
    {
        (result, fault) = Updates == 0 ? (null, "there is no update to average") : (_average.ToMean(), (string?)null);
        return result is not null;
    }
}
