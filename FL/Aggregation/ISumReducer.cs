using System.Diagnostics.CodeAnalysis;

namespace FedActors.FL.Aggregation;

/// <summary>A reducer that also takes in what others have summed already, without a change to one bit of its result.</summary>
public interface ISumReducer : IUpdateReducer
{
    /// <summary>Takes a partial average in, whole or not at all.</summary>
    /// <param name="sum">The average of some of the round's updates, of the same layout; its mean is unchanged.</param>
    /// <param name="fault">Why it was refused; nothing has changed then.</param>
    bool TryMerge(FederatedAverage sum, [NotNullWhen(false)] out UpdateFault? fault);
}
