using FedActors.Crdt;
using FedActors.FL.Data;

namespace FedActors.FL.Gossip;

/// <summary>The features' mean and variance over some peers: what all models of a federation are trained on.</summary>
/// <param name="Peers">Whose rows went in, in ordinal order.</param>
/// <param name="Moments">Their sums.</param>
/// <param name="Hash">Names it: models trained on differently scaled features must not be averaged.</param>
/// <remarks>
/// Of two standards the one over more peers is taken, then the one with the lower hash. That order looks at nothing but the standards, so that
/// peers which began with different ones, since they were cut off from each other, come to agree whatever the order in which they hear of them.
/// </remarks>
public sealed record FeatureStandard(IReadOnlyList<string> Peers, FeatureMoments Moments, ContentHash Hash)
{
    /// <summary>Whether this standard is taken in the place of another.</summary>
    public bool Precedes(FeatureStandard other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Peers.Count != other.Peers.Count ? Peers.Count > other.Peers.Count : Hash.CompareTo(other.Hash) < 0;
    }
}

/// <summary>A standard as it is told: whoever knows its peers' moments can add them up, and so it costs little to tell.</summary>
/// <param name="Peers">Whose rows went in, in ordinal order.</param>
/// <param name="Hash">Its name.</param>
public sealed record NamedStandard(IReadOnlyList<string> Peers, ContentHash Hash);
