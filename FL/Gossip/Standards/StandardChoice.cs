using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Data;

namespace FedActors.FL.Gossip;

/// <summary>Chooses the standard on which a peer trains: one that others train on, or a new one as soon as enough peers are known.</summary>
/// <remarks>See <see cref="FeatureStandard"/> for why all come to the same. Not safe for concurrent use.</remarks>
public sealed class StandardChoice
{
    private readonly GossipOptions _options;
    private readonly ContentHasher _hasher;
    private readonly SortedDictionary<string, FeatureMoments> _moments = new(StringComparer.Ordinal);
    private readonly long _began;

    /// <summary>Begins to wait.</summary>
    /// <param name="options">For how many peers, and how long.</param>
    /// <param name="hasher">Names a standard by its bytes.</param>
    /// <param name="now">The moment, in milliseconds.</param>
    public StandardChoice(GossipOptions options, ContentHasher hasher, long now)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(hasher);
        _options = options;
        _hasher = hasher;
        _began = now;
    }

    /// <summary>The standard that is taken; null while too few peers are known.</summary>
    public FeatureStandard? Current { get; private set; }

    /// <summary>Peers whose moments are known.</summary>
    public IReadOnlyCollection<string> Known => _moments.Keys;

    /// <summary>When <see cref="TryDecide"/> may come to a decision without anything new; null once there is a standard.</summary>
    public long? Due => Current is null ? _began + (long)_options.StartTimeout.TotalMilliseconds : null;

    /// <summary>Takes a peer's moments in; those that do not fit the first ones are somebody else's concern.</summary>
    public void Hear(string peer, FeatureMoments moments)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(moments);
        _moments[peer] = moments;
    }

    /// <summary>Takes in a standard that another peer trains on.</summary>
    /// <returns>Why it is refused, or null.</returns>
    public string? Hear(FeatureStandard standard)
    {
        ArgumentNullException.ThrowIfNull(standard);
        if (FindFault(standard) is { } fault)
        {
            return fault;
        }

        if (Current is null || standard.Precedes(Current))
        {
            Current = standard;
        }

        return null;
    }

    /// <summary>Makes a standard if there is none and enough peers are known.</summary>
    /// <returns>Whether there is one now that was not there before.</returns>
    public bool TryDecide(long now)
    {
        bool isLate = now >= _began + (long)_options.StartTimeout.TotalMilliseconds;
        if (Current is not null || _moments.Count < (isLate ? Math.Min(_options.MinPeers, _options.Peers) : _options.Peers))
        {
            return false;
        }

        string[] peers = [.. _moments.Keys.Take(_options.Peers)];
        FeatureMoments sum = Sum(peers);
        Current = new FeatureStandard(peers, sum, _hasher(peers, sum));
        return true;
    }

    private string? FindFault(FeatureStandard standard)
    {
        if (standard.Peers.Count == 0 || standard.Peers.Count > _options.Peers)
        {
            return $"A standard over {standard.Peers.Count} peers is none where {_options.Peers} are expected.";
        }

        for (int i = 1; i < standard.Peers.Count; i++)
        {
            if (string.CompareOrdinal(standard.Peers[i - 1], standard.Peers[i]) >= 0)
            {
                return $"A standard names {standard.Peers[i]} out of order or twice.";
            }
        }

        // What cannot be checked yet is believed: a peer that comes late need not know those who went before.
        bool isCheckable = standard.Peers.All(peer => _moments.ContainsKey(peer) && _moments[peer].Features == standard.Moments.Features);
        return isCheckable && _hasher([.. standard.Peers], Sum(standard.Peers)) != standard.Hash
            ? $"A standard over {string.Join(", ", standard.Peers)} is not the sum of what these peers say."
            : null;
    }

    private FeatureMoments Sum(IReadOnlyList<string> peers) => peers.Select(peer => _moments[peer]).Aggregate((sum, next) => sum.Merge(next));
}

/// <summary>Names a standard.</summary>
/// <param name="peers">Whose rows went in.</param>
/// <param name="moments">Their sums.</param>
public delegate ContentHash ContentHasher(IReadOnlyList<string> peers, FeatureMoments moments);
