namespace FedActors.Crdt.Gossip;

/// <summary>Bodies on their way, each from one neighbour, and the entries that wait for them.</summary>
internal sealed class TransferTable
{
    private readonly Dictionary<ContentHash, BodyTransfer> _transfers = [];
    /// <summary>Forged entries to remember, so that their bodies are not fetched in every exchange. What is forgotten is fetched and refused once more.</summary>
    private const int MaxUnproved = 4_096;

    private readonly Dictionary<string, BodyTransfer> _byKey = new(StringComparer.Ordinal);
    private readonly HashSet<EntryHeader> _unproved = [];

    public int Count => _transfers.Count;

    public IReadOnlyCollection<BodyTransfer> All => _transfers.Values;

    /// <summary>Entries that wait for a body.</summary>
    public int WaitingKeys => _byKey.Count;

    /// <summary>The bytes that the bodies will have; room is set aside when a body is asked for.</summary>
    public long ReservedBytes { get; private set; }

    public BodyTransfer? Find(ContentHash content) => _transfers.GetValueOrDefault(content);

    /// <summary>The entry that waits under a key; null if none does.</summary>
    public EntryHeader? FindWaiting(string key) => _byKey.TryGetValue(key, out BodyTransfer? transfer) ? transfer.Waiting[key] : null;

    /// <summary>Remembers an entry whose body did not prove its owner.</summary>
    public void NoteUnproved(EntryHeader header)
    {
        if (_unproved.Count >= MaxUnproved)
        {
            _unproved.Clear();
        }

        _unproved.Add(header);
    }

    public bool IsUnproved(EntryHeader header) => _unproved.Count > 0 && _unproved.Contains(header);

    /// <summary>Lets an entry wait for its body, in the place of any other of its key.</summary>
    public BodyTransfer Wait(EntryHeader header)
    {
        Cancel(header.Key);
        if (!_transfers.TryGetValue(header.Stamp.Content, out BodyTransfer? transfer))
        {
            transfer = new BodyTransfer(header.Stamp.Content, header.BodyBytes);
            _transfers.Add(transfer.Content, transfer);
            ReservedBytes += transfer.BodyBytes;
        }

        transfer.Waiting[header.Key] = header;
        _byKey[header.Key] = transfer;
        return transfer;
    }

    /// <summary>Nothing waits under a key any more. A body for which nothing waits is not asked for any further.</summary>
    public void Cancel(string key)
    {
        if (_byKey.Remove(key, out BodyTransfer? transfer))
        {
            transfer.Waiting.Remove(key);
            if (transfer.Waiting.Count == 0)
            {
                Remove(transfer);
            }
        }
    }

    public void Remove(BodyTransfer transfer)
    {
        transfer.Release(transfer.LastProgress);
        ReservedBytes -= _transfers.Remove(transfer.Content) ? transfer.BodyBytes : 0;
        foreach (string key in transfer.Waiting.Keys)
        {
            _byKey.Remove(key);
        }
    }
}
