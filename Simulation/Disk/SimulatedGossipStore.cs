using FedActors.Simulation.Kernel;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Disk;

/// <summary>The gossip store on a disk, as one process sees it.</summary>
/// <param name="disk">The disk.</param>
/// <param name="process">The process.</param>
/// <param name="saved">Told of each part of a peer's state that was written, before anybody else hears of it.</param>
internal sealed class SimulatedGossipStore(SimulatedDisk<IGossipStore> disk, SimulatedProcess process, Action<StatePart>? saved = null) : IGossipStore
{
    // Sequences of a block that is reserved already cost no write; the rest of a block is lost with its process.
    private readonly Dictionary<string, (ulong Last, ulong Ceiling)> _blocks = new(StringComparer.Ordinal);

    public string DatabaseId => Content.DatabaseId;

    private IGossipStore Content
    {
        get
        {
            ThrowIfEnded();
            return disk.Content;
        }
    }

    public PeerRecord BeginLife(string peer, ulong life, DateTimeOffset startedAt)
    {
        PeerRecord? record = null;
        Write($"a life of {peer}", promised: true, store => record = store.BeginLife(peer, life, startedAt));
        _blocks[peer] = (record!.LastSequence, record.LastSequence);
        return record;
    }

    public void BeginIncarnation(string peer, ulong incarnation)
    {
        Write($"incarnation {incarnation}", promised: true, store => store.BeginIncarnation(peer, incarnation));
        _blocks[peer] = (0, 0);
    }

    public ulong AllocateSequence(string peer)
    {
        ThrowIfEnded();
        (ulong last, ulong ceiling) = _blocks.GetValueOrDefault(peer);
        if (last < ceiling)
        {
            last = disk.Content.AllocateSequence(peer);
        }
        else
        {
            Write("a block of sequences", promised: true, store => last = store.AllocateSequence(peer));
            ceiling = disk.Content.FindPeer(peer)!.LastSequence;
        }

        _blocks[peer] = (last, ceiling);
        return last;
    }

    public void Save(string peer, StateChange change, Durability durability)
    {
        ArgumentNullException.ThrowIfNull(change);
        ThrowIfEnded();
        disk.Write("state", durability == Durability.Promised, store => store.Save(peer, change, durability), () =>
        {
            foreach (StatePart part in change.Parts)
            {
                saved?.Invoke(part);
            }
        });
    }

    public IReadOnlyList<StatePart> Load(string peer) => Content.Load(peer);

    public IReadOnlyList<StatePart> LoadHeads(string peer) => Content.LoadHeads(peer);

    public StatePart? FindPart(string peer, string key) => Content.FindPart(peer, key);

    public PeerRecord? FindPeer(string peer) => Content.FindPeer(peer);

    public IReadOnlyList<PeerRecord> ListPeers() => Content.ListPeers();

    public IReadOnlyList<PeerMetrics> ListMetrics(string peer) => Content.ListMetrics(peer);

    public void Forget(string peer) => Write("that it forgets", promised: true, store => store.Forget(peer));

    public void Dispose()
    {
        // The disk stays.
    }

    private void Write(string what, bool promised, Action<IGossipStore> change)
    {
        ThrowIfEnded();
        disk.Write(what, promised, change);
    }

    private void ThrowIfEnded()
    {
        if (!process.IsAlive)
        {
            throw new ProcessEndedException($"{process.Host.Name} has ended.");
        }
    }
}
