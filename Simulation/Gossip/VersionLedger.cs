using FedActors.Crdt;

namespace FedActors.Simulation.Gossip;

/// <summary>Holds peers to their versions: none is given to two contents, and none that somebody was told of is lost.</summary>
/// <remarks>
/// A peer whose disk went back in time cannot know what it gave out after that, nor what somebody under its name gives out elsewhere, unless
/// it is told. So it may give such a version out again as long as nobody has told it of one at least as high. Others then report it, and
/// converge all the same. What it has given out under a version, or stored to be given out, it may tell again, whatever another has made of
/// that version meanwhile; and it may take over the content that others hold under a version of a former life.
/// </remarks>
internal sealed class VersionLedger(Action<string, string> report, Action<string> hit)
{
    private readonly Dictionary<(string Key, ulong Incarnation, ulong Tick), Dictionary<ContentHash, bool>> _given = [];
    private readonly Dictionary<string, EntryHeader> _promised = new(StringComparer.Ordinal);
    private readonly Dictionary<Member, ulong> _counted = [];
    private readonly HashSet<Stamp> _models = [];
    private readonly HashSet<EntryHeader> _storedUnknowingly = [];

    /// <summary>Whether a peer's disk ever went back in time, or to nothing, or was copied.</summary>
    public bool HasGoneBack { get; private set; }

    /// <summary>Models that were counted by those who published them and told others.</summary>
    public long Counted => _counted.Values.Sum(count => (long)count);

    /// <summary>Models that were ever stored for publication.</summary>
    public int Models => _models.Count;

    /// <summary>A peer tells somebody of an entry of its own.</summary>
    public void OnTold(PeerLife life, EntryHeader header)
    {
        if (!life.IsNew(header))
        {
            return;
        }

        ContentHash content = header.Stamp.Content;
        (string, ulong, ulong) version = (header.Key, header.Stamp.Incarnation, header.Stamp.Tick);
        if (!_given.TryGetValue(version, out Dictionary<ContentHash, bool>? given))
        {
            _given.Add(version, new Dictionary<ContentHash, bool> { [content] = life.Keeps });
        }
        else if (!given.TryGetValue(content, out bool wasKept))
        {
            if (life.HasHeard(header.Stamp))
            {
                hit("content of a former life taken over");
            }
            else
            {
                OnGivenTwice(life, header, given.ContainsValue(true));
            }

            given.Add(content, life.Keeps);
        }
        else if (life.Keeps && !wasKept)
        {
            given[content] = true;
        }

        if (life.Keeps && (!_promised.TryGetValue(header.Key, out EntryHeader? former) || header.Stamp.CompareTo(former.Stamp) > 0))
        {
            _promised[header.Key] = header;
        }
    }

    /// <summary>A peer tells somebody how many models it has published.</summary>
    public void OnTold(CounterSlot slot) => _counted[slot.Member] = Math.Max(_counted.GetValueOrDefault(slot.Member), slot.Increments);

    /// <summary>A peer has stored an entry of its own.</summary>
    public void OnStored(PeerLife life, EntryHeader header)
    {
        if ((header.Stamp.Incarnation, header.Stamp.Tick).CompareTo(life.Told) > 0)
        {
            _storedUnknowingly.Add(header);
        }

        if (StoredEntries.IsModelOf(header.Key, header.Stamp.Replica))
        {
            _models.Add(header.Stamp);
        }
    }

    /// <summary>A peer starts: what it has told others of must be on its disk.</summary>
    public void OnOpened(string peer, IReadOnlyDictionary<string, EntryHeader> stored)
    {
        foreach (string key in KeysOf(peer))
        {
            if (_promised.TryGetValue(key, out EntryHeader? told) && (!stored.TryGetValue(key, out EntryHeader? here) || here.Stamp.CompareTo(told.Stamp) < 0))
            {
                report(
                    "what others were told of is never lost",
                    $"others were told of version {told.Stamp.Incarnation}.{told.Stamp.Tick} of {key}; the store has {(stored.TryGetValue(key, out here) ? $"{here.Stamp.Incarnation}.{here.Stamp.Tick}" : "none")}");
            }
        }
    }

    /// <summary>A peer's disk has gone back in time: what it has told since is not there, and rightly so.</summary>
    public void OnGoneBack(string peer)
    {
        HasGoneBack = true;
        foreach (string key in KeysOf(peer))
        {
            _promised.Remove(key);
        }
    }

    /// <summary>A copy of a peer's disk runs elsewhere.</summary>
    public void OnCloned() => HasGoneBack = true;

    private void OnGivenTwice(PeerLife life, EntryHeader header, bool wasKept)
    {
        bool couldKnow = (wasKept && life.Keeps && !life.HasGoneBack) || ((header.Stamp.Incarnation, header.Stamp.Tick).CompareTo(life.Told) <= 0 && !_storedUnknowingly.Contains(header));
        if (couldKnow)
        {
            report("a version is never given to two contents", $"{life.Peer} gives version {header.Stamp.Incarnation}.{header.Stamp.Tick} of {header.Key} out again with another content");
        }
        else
        {
            hit("version given out again unknowingly");
        }
    }

    private string[] KeysOf(string peer) => [.. _promised.Keys.Where(key => StoredEntries.IsOf(key, peer))];
}
