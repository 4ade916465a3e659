using System.Runtime.InteropServices;
using FedActors.Crdt;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Gossip;

/// <summary>One process of a peer, and what it can know of its former lives.</summary>
/// <param name="peer">Whose.</param>
/// <param name="process">The process.</param>
/// <param name="keeps">Whether later lives of the peer run on its disk.</param>
/// <param name="hasGoneBack">Whether its disk has lost something that it had promised to keep.</param>
internal sealed class PeerLife(string peer, SimulatedProcess process, bool keeps, bool hasGoneBack)
{
    // What a life last told of under each key: most digests say the same of it as the one before.
    private readonly Dictionary<string, EntryHeader> _last = new(StringComparer.Ordinal);

    private readonly HashSet<Stamp> _heard = [];

    public string Peer { get; } = peer;

    public SimulatedProcess Process { get; } = process;

    public bool Keeps { get; } = keeps;

    public bool HasGoneBack { get; } = hasGoneBack;

    /// <summary>The highest version of its own that it was told others have seen.</summary>
    public (ulong Incarnation, ulong Tick) Told { get; private set; }

    /// <summary>Whether a life tells of an entry for the first time since it told of another under the key.</summary>
    public bool IsNew(EntryHeader header)
    {
        ref EntryHeader? last = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, header.Key, out _);
        bool isNew = !ReferenceEquals(last, header);
        last = header;
        return isNew;
    }

    /// <summary>Somebody has told it of an entry of its own.</summary>
    public void OnHeard(Stamp stamp) => _heard.Add(stamp);

    /// <summary>Whether others hold an entry of its own in a content, so that it may have taken it from them.</summary>
    public bool HasHeard(Stamp stamp) => _heard.Contains(stamp);

    /// <summary>Somebody has told it of a version.</summary>
    public void OnTold(ulong incarnation, ulong tick) => Told = (incarnation, tick).CompareTo(Told) > 0 ? (incarnation, tick) : Told;
}
