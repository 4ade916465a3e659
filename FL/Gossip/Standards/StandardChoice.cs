using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Data;

namespace FedActors.FL.Gossip;

/// <summary>Chooses the standard on which a peer trains: one that others train on, or a new one as soon as enough peers are known.</summary>
/// <remarks>See <see cref="FeatureStandard"/> for why all come to the same. Not safe for concurrent use.</remarks>
public sealed class StandardChoice
{
    /// <summary>Rows that one peer may claim: so many that all members' together stay within what moments can count.</summary>
    private const long MaxRows = FeatureMoments.MaxCount / MembershipMachine.MaxMembers;

    private readonly GossipOptions _options;
    private readonly ContentHasher _hasher;
    private readonly SortedDictionary<string, FeatureMoments> _moments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamedStandard> _named = new(StringComparer.Ordinal);
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

    /// <summary>Takes a peer's moments in.</summary>
    /// <returns>What is wrong with them, or with standards that can be checked now; nothing if all is well.</returns>
    public IReadOnlyList<string> Hear(string peer, FeatureMoments moments)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(moments);
        if (moments.Count > MaxRows)
        {
            return [$"{peer} claims {moments.Count} rows; at most {MaxRows} are believed."];
        }

        _moments[peer] = moments;
        return CheckNamed();
    }

    /// <summary>Takes in the name of a standard that another peer trains on. It is taken once the moments of all its peers are known.</summary>
    /// <param name="publisher">Who trains on it; a later one takes the place of an earlier one.</param>
    /// <param name="standard">Which.</param>
    /// <returns>What is wrong with it; nothing if all is well, or it cannot be checked yet.</returns>
    public IReadOnlyList<string> Hear(string publisher, NamedStandard standard)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        ArgumentNullException.ThrowIfNull(standard);
        if (FindFault(standard) is { } fault)
        {
            return [fault];
        }

        if (_named.ContainsKey(publisher) || _named.Count < MembershipMachine.MaxMembers)
        {
            _named[publisher] = standard;
        }

        return CheckNamed();
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

    /// <summary>Takes the standards whose sums can be computed by now, unless a better one is taken.</summary>
    private List<string> CheckNamed()
    {
        List<string> faults = [];
        foreach ((string publisher, NamedStandard named) in _named.Where(named => named.Value.Peers.All(_moments.ContainsKey)).ToList())
        {
            _named.Remove(publisher);
            if (named.Hash == Current?.Hash)
            {
                continue;
            }

            FeatureMoments sum = Sum(named.Peers);
            FeatureStandard standard = new(named.Peers, sum, _hasher(named.Peers, sum));
            if (standard.Hash != named.Hash)
            {
                faults.Add($"The standard of {publisher} over {string.Join(", ", named.Peers)} is not the sum of what these peers say.");
            }
            else if (Current is null || standard.Precedes(Current))
            {
                Current = standard;
            }
        }

        return faults;
    }

    private string? FindFault(NamedStandard standard)
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

        return null;
    }

    private FeatureMoments Sum(IReadOnlyList<string> peers) => peers.Select(peer => _moments[peer]).Aggregate((sum, next) => sum.Merge(next));
}

/// <summary>Names a standard.</summary>
/// <param name="peers">Whose rows went in.</param>
/// <param name="moments">Their sums.</param>
public delegate ContentHash ContentHasher(IReadOnlyList<string> peers, FeatureMoments moments);
