namespace FedActors.Crdt.Gossip;

/// <summary>What is known of one connected neighbour.</summary>
internal sealed class Neighbour(NeighbourConnected connected)
{
    /// <summary>Bodies that one neighbour may get wrong before all of its bodies are distrusted: a bound for the list of them.</summary>
    private const int MaxDistrusted = 64;

    /// <summary>Entries, and slots, that a neighbour is remembered to have shown. Beyond these it is told of its own news once more.</summary>
    private const int MaxShown = 2 * RecentChanges<string>.Capacity;

    private readonly HashSet<ContentHash> _distrusted = [];
    private readonly Dictionary<string, EntryHeader> _shown = new(StringComparer.Ordinal);
    private readonly Dictionary<Member, CounterSlot> _shownSlots = [];
    private long _asks;

    public long Session { get; } = connected.Session;

    public Member Member { get; } = connected.Member;

    /// <summary>Whether the neighbour has proved to be a replica.</summary>
    public bool IsProved(string replica) => string.Equals(connected.ProvedName, replica, StringComparison.Ordinal);

    /// <summary>The exchange in which a digest is awaited; 0 for none.</summary>
    public ulong Open { get; set; }

    /// <summary>When the neighbour was first asked in that exchange.</summary>
    public long AskedAt { get; set; }

    /// <summary>The state that was last offered to the neighbour.</summary>
    public ContentHash Told { get; set; }

    /// <summary>The state that the neighbour last offered.</summary>
    public ContentHash Heard { get; set; }

    /// <summary>The last exchange of the neighbour's that was heard of; 0 for none.</summary>
    public ulong LastQuestion { get; set; }

    /// <summary>Changes of entries here that the neighbour was told of, or need not be.</summary>
    public long ToldEntries { get; private set; }

    /// <summary>The same of the counter's slots.</summary>
    public long ToldSlots { get; private set; }

    /// <summary>The neighbour's exchange that was answered last; 0 for none.</summary>
    private ulong Answered { get; set; }

    /// <summary>Notes that an exchange of the neighbour's is answered.</summary>
    /// <returns>False if it was already: the answer is on its way, and what it lacks the neighbour tells in return.</returns>
    public bool TryAnswer(ulong exchange)
    {
        bool isFirst = exchange != Answered;
        Answered = exchange;
        return isFirst;
    }

    /// <summary>Notes that the neighbour was told of all that is here.</summary>
    public void ToldAll(ReplicatedState state)
    {
        ToldEntries = state.Map.Changes.Count;
        ToldSlots = state.Counter.Changes.Count;
    }

    /// <summary>Notes that the neighbour holds an entry.</summary>
    public void Shows(EntryHeader header)
    {
        if (_shown.Count >= MaxShown)
        {
            _shown.Clear();
        }

        _shown[header.Key] = header;
    }

    /// <summary>Notes that the neighbour holds a slot.</summary>
    public void Shows(CounterSlot slot)
    {
        if (_shownSlots.Count >= MaxShown)
        {
            _shownSlots.Clear();
        }

        _shownSlots[slot.Member] = slot;
    }

    /// <summary>Whether the neighbour is known to hold an entry.</summary>
    public bool HasShown(EntryHeader header) => _shown.TryGetValue(header.Key, out EntryHeader? shown) && shown == header;

    /// <summary>Whether the neighbour is known to hold a slot.</summary>
    public bool HasShown(CounterSlot slot) => _shownSlots.TryGetValue(slot.Member, out CounterSlot? shown) && shown == slot;

    /// <summary>What was asked, and what was answered, is from before something was forgotten.</summary>
    public void BeginAnew()
    {
        Open = 0;
        Answered = 0;
    }

    /// <summary>Bodies that this neighbour is to send and that have chunks not asked for yet.</summary>
    public Queue<BodyTransfer> Unasked { get; } = new();

    /// <summary>When it last sent a part of any body: what waits behind others is not late.</summary>
    public long LastChunk { get; set; }

    /// <summary>The number of the next chunk that the neighbour is asked for.</summary>
    public long NextAsk() => ++_asks;

    public int OutstandingBytes { get; set; }

    public int OutstandingChunks { get; set; }

    public void Distrust(ContentHash content)
    {
        if (_distrusted.Count < MaxDistrusted)
        {
            _distrusted.Add(content);
        }
    }

    public bool Distrusts(ContentHash content) => _distrusted.Count >= MaxDistrusted || _distrusted.Contains(content);
}
