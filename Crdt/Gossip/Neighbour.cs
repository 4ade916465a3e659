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
