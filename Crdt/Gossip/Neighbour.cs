namespace FedActors.Crdt.Gossip;

/// <summary>What is known of one connected neighbour.</summary>
internal sealed class Neighbour(NeighbourConnected connected)
{
    /// <summary>Bodies that one neighbour may get wrong before all of its bodies are distrusted: a bound for the list of them.</summary>
    private const int MaxDistrusted = 64;

    private readonly HashSet<ContentHash> _distrusted = [];

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
