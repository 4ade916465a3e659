using FedActors.Crdt;

namespace FedActors.FL.Gossip;

/// <summary>What the learning of a peer knows of the others.</summary>
internal sealed class PeerTable
{
    /// <summary>As many as members are remembered.</summary>
    private const int MaxPeers = MembershipMachine.MaxMembers;

    private readonly Dictionary<string, KnownPeer> _peers = new(StringComparer.Ordinal);

    // The same in ordinal order of names, which is looked through with each step of the learning.
    private readonly List<KnownPeer> _ordered = [];

    public IReadOnlyList<KnownPeer> All => _ordered;

    /// <summary>The peer of a name; a new one if it was unknown, and null if there is no room.</summary>
    public KnownPeer? Of(string name, long now)
    {
        if (!_peers.TryGetValue(name, out KnownPeer? peer) && _peers.Count < MaxPeers)
        {
            peer = new KnownPeer(name, now);
            _peers.Add(name, peer);
            int place = _ordered.FindIndex(other => string.CompareOrdinal(other.Name, name) > 0);
            _ordered.Insert(place < 0 ? _ordered.Count : place, peer);
        }

        return peer;
    }

    public KnownPeer? Find(string name) => _peers.GetValueOrDefault(name);

    /// <summary>Whether a model of a round is still to come from somebody who is here and keeps up.</summary>
    /// <param name="round">Which.</param>
    /// <param name="standard">The standard that it is trained on.</param>
    /// <param name="among">Of these peers only; of all if it is null.</param>
    public bool IsAwaited(int round, ContentHash standard, IReadOnlySet<string>? among = null)
    {
        foreach (KnownPeer peer in _ordered)
        {
            if (among?.Contains(peer.Name) != false && peer.IsAwaited(round, standard))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The models of others that count, in ordinal order of peers.</summary>
    /// <param name="standard">The standard that they were trained on.</param>
    /// <param name="now">The moment.</param>
    /// <param name="ageLimit">How old a sign of life may be, in milliseconds.</param>
    /// <param name="round">Of each peer its model of this round, where it has one; its newest otherwise, and if this is null.</param>
    /// <param name="among">Of these peers only; of all if it is null.</param>
    public List<ModelEntry> Fresh(ContentHash standard, long now, long ageLimit, int? round = null, IReadOnlySet<string>? among = null)
    {
        List<ModelEntry> entries = [];
        foreach (KnownPeer peer in _ordered)
        {
            if (among?.Contains(peer.Name) != false && peer.Model is { } model && model.Standard == standard && peer.IsFresh(standard, now, ageLimit))
            {
                entries.Add(round is { } wanted ? peer.ModelOf(wanted, standard) ?? model : model);
            }
        }

        return entries;
    }

    /// <summary>Whether there are others whose models count, and all of them train no more.</summary>
    public bool AreOthersDone(ContentHash standard, long now, long ageLimit)
    {
        bool isAny = false;
        foreach (KnownPeer peer in _ordered)
        {
            bool isDone = peer.IsDone(standard);
            if (!isDone && (peer.IsHere || (peer.RoundOn(standard) > 0 && peer.IsFresh(standard, now, ageLimit))))
            {
                return false;
            }

            isAny |= isDone;
        }

        return isAny;
    }

    /// <summary>
    /// The lower median of the rounds of those whose models count. Who comes late, or was away, goes on with the others instead of catching
    /// up alone; a minority that claims to be far ahead moves nobody.
    /// </summary>
    /// <param name="own">This peer's round; 0 if it has none, and then it has no say.</param>
    /// <param name="standard">The standard that it trains on.</param>
    /// <param name="now">The moment.</param>
    /// <param name="ageLimit">How old a sign of life may be, in milliseconds.</param>
    /// <param name="among">Of these peers only; of all if it is null.</param>
    public int MedianRound(int own, ContentHash standard, long now, long ageLimit, IReadOnlySet<string>? among = null)
    {
        List<int> rounds = own > 0 ? [own] : [];
        foreach (KnownPeer peer in _ordered)
        {
            if (among?.Contains(peer.Name) != false && peer.SaidRoundOn(standard) is > 0 and int round && peer.IsFresh(standard, now, ageLimit))
            {
                rounds.Add(round);
            }
        }

        rounds.Sort();
        return rounds.Count == 0 ? 0 : rounds[(rounds.Count - 1) / 2];
    }
}
