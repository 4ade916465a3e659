using FedActors.Crdt;

namespace FedActors.FL.Gossip;

/// <summary>What the learning of a peer knows of the others.</summary>
internal sealed class PeerTable
{
    /// <summary>As many as members are remembered.</summary>
    private const int MaxPeers = MembershipMachine.MaxMembers;

    private readonly SortedDictionary<string, KnownPeer> _peers = new(StringComparer.Ordinal);

    public IReadOnlyCollection<KnownPeer> All => _peers.Values;

    /// <summary>The peer of a name; a new one if it was unknown, and null if there is no room.</summary>
    public KnownPeer? Of(string name, long now)
    {
        if (!_peers.TryGetValue(name, out KnownPeer? peer) && _peers.Count < MaxPeers)
        {
            peer = new KnownPeer(name, now);
            _peers.Add(name, peer);
        }

        return peer;
    }

    public KnownPeer? Find(string name) => _peers.GetValueOrDefault(name);

    /// <summary>Whether somebody who is here and keeps up has not published a round yet.</summary>
    public bool IsAwaited(int round, ContentHash standard)
    {
        foreach (KnownPeer peer in _peers.Values)
        {
            int theirs = peer.RoundOn(standard);
            if (peer.IsHere && !peer.IsDone(standard) && theirs < round && theirs >= round - 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The models of others that count, in ordinal order of peers.</summary>
    public List<ModelEntry> Fresh(ContentHash standard, long now, long ageLimit)
    {
        List<ModelEntry> entries = [];
        foreach (KnownPeer peer in _peers.Values)
        {
            if (peer.Model is { } model && model.Standard == standard && peer.IsFresh(standard, now, ageLimit))
            {
                entries.Add(model);
            }
        }

        return entries;
    }

    /// <summary>
    /// The lower median of the rounds of those who train. Who comes late, or was away, goes on with the others instead of catching up alone;
    /// a minority that claims to be far ahead moves nobody.
    /// </summary>
    /// <param name="own">This peer's round.</param>
    /// <param name="standard">The standard that it trains on.</param>
    /// <param name="now">The moment.</param>
    /// <param name="ageLimit">How old a sign of life may be, in milliseconds.</param>
    public int MedianRound(int own, ContentHash standard, long now, long ageLimit)
    {
        List<int> rounds = [own];
        foreach (KnownPeer peer in _peers.Values)
        {
            if (peer.RoundOn(standard) > 0 && !peer.IsDone(standard) && peer.IsFresh(standard, now, ageLimit))
            {
                rounds.Add(peer.RoundOn(standard));
            }
        }

        rounds.Sort();
        return rounds[(rounds.Count - 1) / 2];
    }
}

/// <summary>One other peer.</summary>
/// <remarks>Changes in place: there are as many as members, and each message may touch one.</remarks>
internal sealed record KnownPeer(string Name, long Since)
{
    public ModelEntry? Model { get; set; }

    public PeerProgress? Progress { get; set; }

    public bool IsHere { get; set; }

    /// <summary>When it last showed that it lives: a version of its own that was not known before.</summary>
    public long LastSign { get; set; } = Since;

    /// <summary>Whether it has said its last word on the given standard, and it is known here.</summary>
    public bool IsDone(ContentHash standard) =>
        Progress is { IsDone: true } progress && progress.Standard == standard && Model is { } model && model.Standard == standard && model.Round >= progress.Round;

    /// <summary>Whether its model counts: for ever once it is done, else while it shows signs of life.</summary>
    public bool IsFresh(ContentHash standard, long now, long ageLimit) => IsDone(standard) || now - LastSign <= ageLimit;

    /// <summary>The last round on the given standard that is known of it.</summary>
    public int RoundOn(ContentHash standard) => Model is { } model && model.Standard == standard ? model.Round : 0;
}
