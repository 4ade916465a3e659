using System.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>Reduces the updates of a round to one vector, seeing all of them at once.</summary>
/// <remarks>
/// A rule is immutable and may be used by many at a time. Its result depends on the updates, their weights and their order, and on
/// nothing else: each coordinate is worked out in a lane of its own, and sums across coordinates have a fixed width and order, so that
/// the bits are the same on every machine. <see cref="FederatedAverage"/> is the one rule that needs no more than one update at a time.
/// </remarks>
public abstract class AggregationRule
{
    private protected AggregationRule()
    {
    }

    /// <summary>Its name in configuration and logs.</summary>
    public abstract string Name { get; }

    /// <summary>Fewest updates that it can reduce.</summary>
    public virtual int MinUpdates => 1;

    /// <summary>Whether it needs the parameters that the updates started from.</summary>
    public virtual bool NeedsReference => false;

    /// <summary>Why it needs so many, to follow "at least n updates".</summary>
    private protected virtual string Requirement => "there is nothing to reduce otherwise";

    /// <summary>Says why the rule cannot reduce so many updates, and what to do, or null.</summary>
    public string? FindFault(int updates) =>
        updates >= MinUpdates ? null : $"{Name} needs at least {MinUpdates} updates ({Requirement}) and has {updates}.";

    /// <summary>Reduces a batch.</summary>
    /// <param name="batch">The updates; unchanged.</param>
    /// <returns>A new vector.</returns>
    /// <exception cref="ArgumentException">Too few updates; the text of <see cref="FindFault"/>.</exception>
    public T[] Reduce<T>(UpdateBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (FindFault(batch.Count) is { } fault)
        {
            throw new ArgumentException(fault, nameof(batch));
        }

        T[] result = new T[batch.Length];
        Reduce(batch, result);
        return result;
    }

    /// <summary>Reduces a batch that is known to be large enough.</summary>
    /// <param name="batch">The updates.</param>
    /// <param name="result">As long as an update, zeros.</param>
    private protected abstract void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
