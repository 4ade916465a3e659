using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Data;

namespace FedActors.FL.Gossip;

/// <summary>Chooses the standard on which a peer trains: the one that most train on, or a new one as soon as enough peers are known and nobody has any.</summary>
/// <remarks>
/// Each peer tells on which standard it trains. The one that most have taken is taken; of two that equally many have, the one over more
/// peers, then the one with the lower hash. So whoever comes late, or says other things, draws nobody away from what the others have
/// agreed on; and those who began with different standards, since they were cut off from each other, come to one: once all have heard
/// the same of each other they choose the same, and each who follows makes the choice clearer.
/// A peer's moments may change after they went into a standard: it comes back with other data, or somebody else bore its name for a while.
/// Those who train on the standard then tell the sum itself, and whoever cannot add it up any more believes it once most of the others say
/// that they train on it; after <see cref="GossipOptions.StartTimeout"/>, when those who are missing may never come, once no other standard is
/// said by more of those who are there. Not safe for concurrent use.
/// </remarks>
public sealed class StandardChoice
{
    /// <summary>Rows that one peer may claim: so many that all members' together stay within what moments can count.</summary>
    private const long MaxRows = FeatureMoments.MaxCount / MembershipMachine.MaxMembers;

    private readonly string _self;
    private readonly GossipOptions _options;
    private readonly ContentHasher _hasher;
    private readonly SortedDictionary<string, FeatureMoments> _moments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamedStandard> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NamedStandard> _refuted = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FeatureStandard> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ContentHash> _said = new(StringComparer.Ordinal);
    private readonly long _began;
    private (ContentHash Standard, bool AddsUp)? _checked;
    private bool _isLate;

    /// <summary>Begins to wait.</summary>
    /// <param name="self">The peer.</param>
    /// <param name="options">For how many peers, and how long.</param>
    /// <param name="hasher">Names a standard by its bytes.</param>
    /// <param name="now">The moment, in milliseconds.</param>
    public StandardChoice(string self, GossipOptions options, ContentHasher hasher, long now)
    {
        ArgumentException.ThrowIfNullOrEmpty(self);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(hasher);
        _self = self;
        _options = options;
        _hasher = hasher;
        _began = now;
    }

    /// <summary>The standard that is taken; null while too few peers are known.</summary>
    public FeatureStandard? Current => _taken.GetValueOrDefault(_self);

    /// <summary>Whether the standard is not the sum of what its peers say by now, so that its own sum must be told with it.</summary>
    public bool TellsSum
    {
        get
        {
            if (Current is not { } current)
            {
                return false;
            }

            if (_checked?.Standard != current.Hash)
            {
                _checked = (current.Hash, !current.Peers.All(_moments.ContainsKey) || _hasher(current.Peers, Sum(current.Peers)) == current.Hash);
            }

            return !_checked.Value.AddsUp;
        }
    }

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
        _checked = null;
        foreach ((string publisher, NamedStandard refuted) in _refuted.Where(refuted => refuted.Value.Peers.Contains(peer)).ToList())
        {
            // What did not add up may do so now.
            _refuted.Remove(publisher);
            _named[publisher] = refuted;
        }

        return CheckNamed();
    }

    /// <summary>Takes in that a peer trains on a standard, which may not be here yet.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="standard">Its hash; the default if the peer has none.</param>
    public void Hear(string peer, ContentHash standard)
    {
        ArgumentNullException.ThrowIfNull(peer);
        bool isKnown = _said.TryGetValue(peer, out ContentHash before);
        if (isKnown || _said.Count < MembershipMachine.MaxMembers)
        {
            _said[peer] = standard;
        }

        if (before != standard)
        {
            // One whose sum was told may be believed now. No fault comes of that: what is still named here either waits for moments or tells its sum.
            CheckNamed();
        }
    }

    /// <summary>Takes in the name of a standard that a peer trains on. It counts once the moments of all its peers are known.</summary>
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

        _refuted.Remove(publisher);
        if (_named.ContainsKey(publisher) || _taken.ContainsKey(publisher) || _named.Count + _refuted.Count + _taken.Count < MembershipMachine.MaxMembers)
        {
            _named[publisher] = standard;
        }

        return CheckNamed();
    }

    /// <summary>Makes a standard if there is none, enough peers are known, and none of them has one that is on its way here.</summary>
    /// <returns>Whether there is one now that was not there before.</returns>
    public bool TryDecide(long now)
    {
        bool isLate = now >= _began + (long)_options.StartTimeout.TotalMilliseconds;
        if (isLate && !_isLate)
        {
            // What waited for the word of those who are missing waits no more.
            _isLate = true;
            CheckNamed();
        }

        if (Current is not null)
        {
            return false;
        }

        string[] known = [.. _moments.Keys.Where(peer => peer == _self || _said.ContainsKey(peer))];
        if (known.Length < (isLate ? Math.Min(_options.MinPeers, _options.Peers) : _options.Peers))
        {
            return false;
        }

        if (!isLate && _said.Any(said => said.Key != _self && said.Value != default && !_taken.ContainsKey(said.Key)))
        {
            return false;
        }

        string[] peers = [.. known.Take(_options.Peers)];
        FeatureMoments sum = Sum(peers);
        _taken[_self] = new FeatureStandard(peers, sum, _hasher(peers, sum));
        _taken[_self] = FindMostTaken();
        return true;
    }

    /// <summary>Counts the standards whose sums can be computed by now.</summary>
    private List<string> CheckNamed()
    {
        List<string> faults = [];
        foreach ((string publisher, NamedStandard named) in _named.Where(named => named.Value.Peers.All(_moments.ContainsKey)).ToList())
        {
            _named.Remove(publisher);
            if (_taken.Values.FirstOrDefault(taken => taken.Hash == named.Hash) is { } known)
            {
                _taken[publisher] = known;
                continue;
            }

            FeatureMoments sum = Sum(named.Peers);
            if (_hasher(named.Peers, sum) == named.Hash)
            {
                Take(publisher, new FeatureStandard(named.Peers, sum, named.Hash));
            }
            else if (named.Sum is null)
            {
                _refuted[publisher] = named;
                faults.Add($"The standard of {publisher} over {string.Join(", ", named.Peers)} is not the sum of what these peers say.");
            }
            else if (IsVouchedFor(publisher, named.Hash))
            {
                Take(publisher, new FeatureStandard(named.Peers, named.Sum, named.Hash));
            }
            else
            {
                _named[publisher] = named;
            }
        }

        if (_taken.Count > 0)
        {
            _taken[_self] = FindMostTaken();
        }

        return faults;
    }

    /// <summary>A standard counts from now on, also for those of whom it was not believed before.</summary>
    private void Take(string publisher, FeatureStandard standard)
    {
        _taken[publisher] = standard;
        foreach ((string other, NamedStandard refuted) in _refuted.ToList())
        {
            if (refuted.Hash == standard.Hash)
            {
                _refuted.Remove(other);
                _taken[other] = standard;
            }
        }
    }

    /// <summary>Whether this peer has trained on a standard itself, or enough of the others say that they do: most of those that are expected, or after a while no fewer than say so of any other.</summary>
    private bool IsVouchedFor(string publisher, ContentHash standard)
    {
        int[] counts = [.. _said.Where(said => said.Key != _self && said.Value != default).GroupBy(said => said.Value).Select(group => group.Count())];
        int count = _said.Count(said => said.Key != _self && said.Value == standard);
        return publisher == _self || 2 * count > _options.Peers - 1 || (_isLate && count > 0 && count == counts.Max());
    }

    /// <summary>The standard that most peers have taken, this one among them.</summary>
    private FeatureStandard FindMostTaken()
    {
        FeatureStandard? best = null;
        int most = 0;
        foreach (IGrouping<ContentHash, FeatureStandard> group in _taken.Values.GroupBy(standard => standard.Hash))
        {
            int count = group.Count();
            FeatureStandard standard = group.First();
            if (best is null || count > most || (count == most && standard.Precedes(best)))
            {
                (best, most) = (standard, count);
            }
        }

        return best!;
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

        return standard.Sum is { } sum && _hasher(standard.Peers, sum) != standard.Hash
            ? $"A standard over {string.Join(", ", standard.Peers)} is not the sum that is told with it."
            : null;
    }

    private FeatureMoments Sum(IReadOnlyList<string> peers) => peers.Select(peer => _moments[peer]).Aggregate((sum, next) => sum.Merge(next));
}

/// <summary>Names a standard.</summary>
/// <param name="peers">Whose rows went in.</param>
/// <param name="moments">Their sums.</param>
public delegate ContentHash ContentHasher(IReadOnlyList<string> peers, FeatureMoments moments);
