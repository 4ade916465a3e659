using FedActors.Crdt;
using FedActors.FL.Data;

namespace FedActors.FL.Gossip;

/// <summary>The features' mean and variance over some peers: what all models of a federation are trained on.</summary>
/// <param name="Peers">Whose rows went in, in ordinal order.</param>
/// <param name="Moments">Their sums.</param>
/// <param name="Hash">Names it: models trained on differently scaled features must not be averaged.</param>
/// <remarks>
/// Of two standards that equally many peers have taken, the one over more peers is preferred, then the one with the lower hash. That order
/// looks at nothing but the standards, and so is the same for all; see <see cref="StandardChoice"/>.
/// </remarks>
public sealed record FeatureStandard(IReadOnlyList<string> Peers, FeatureMoments Moments, ContentHash Hash)
{
    /// <summary>Whether this standard is preferred to another that as many peers have taken.</summary>
    public bool Precedes(FeatureStandard other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Peers.Count != other.Peers.Count ? Peers.Count > other.Peers.Count : Hash.CompareTo(other.Hash) < 0;
    }
}

/// <summary>A standard as it is told: whoever knows its peers' moments can add them up, and so it costs little to tell.</summary>
/// <param name="Peers">Whose rows went in, in ordinal order.</param>
/// <param name="Hash">Its name.</param>
/// <param name="Sum">The sum itself, told where what those peers say by now is no longer what went in; null where it is.</param>
public sealed record NamedStandard(IReadOnlyList<string> Peers, ContentHash Hash, FeatureMoments? Sum = null);
