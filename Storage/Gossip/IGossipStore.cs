namespace FedActors.Storage.Gossip;

/// <summary>What peers keep of themselves: who they are, the versions they gave out, their replicated state and their metrics.</summary>
/// <remarks>
/// Several peers of one process may share a store; a process of its own has a file of its own. Calls are synchronous, because SQLite's are, and short.
/// A process that is killed loses nothing that a call returned from. A power cut may take what was saved as <see cref="Durability.Cached"/>
/// since the last call that promised; it never takes a part of a call, nor anything before what it leaves.
/// </remarks>
public interface IGossipStore : IDisposable
{
    /// <summary>Which store this is: 32 hex digits, drawn when it was made. A wiped disk comes back with another one, a copy with the same.</summary>
    string DatabaseId { get; }

    /// <summary>Notes that a peer starts on this store; once at every start, before anything else. Durable.</summary>
    /// <param name="peer">Its name, from 1 to 200 characters.</param>
    /// <param name="life">Tells this start from any other, so that two processes on copies of one store are told apart: drawn at random by the peer.</param>
    /// <param name="startedAt">When.</param>
    /// <returns>What is known of the peer; of one that is new here, incarnation 0.</returns>
    PeerRecord BeginLife(string peer, ulong life, DateTimeOffset startedAt);

    /// <summary>Takes a higher incarnation, in which sequences start from 1. Durable.</summary>
    /// <exception cref="StoreException">The incarnation is not above the stored one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">It is above <see cref="long.MaxValue"/>.</exception>
    void BeginIncarnation(string peer, ulong incarnation);

    /// <summary>Gives the next sequence of the peer's incarnation: never the same twice, whatever happens to the process or the power.</summary>
    /// <remarks>Sequences are reserved in blocks, each by one durable write; what a process leaves of its block is skipped.</remarks>
    /// <exception cref="StoreException">The peer has no incarnation yet, or its store is a copy and it must take a higher one first.</exception>
    ulong AllocateSequence(string peer);

    /// <summary>Changes a peer's state and adds a round's metrics, whole or not at all.</summary>
    void Save(string peer, StateChange change, Durability durability);

    /// <summary>A peer's whole state, in the order of keys.</summary>
    /// <exception cref="StoreException">A part does not match its checksum.</exception>
    IReadOnlyList<StatePart> Load(string peer);

    /// <summary>A peer's whole state without bodies, in the order of keys.</summary>
    /// <exception cref="StoreException">A part does not match its checksum.</exception>
    IReadOnlyList<StatePart> LoadHeads(string peer);

    /// <summary>One part of a peer's state, or null.</summary>
    /// <exception cref="StoreException">It does not match its checksum.</exception>
    StatePart? FindPart(string peer, string key);

    /// <summary>What is known of a peer, or null.</summary>
    PeerRecord? FindPeer(string peer);

    /// <summary>All peers that ever started on this store, by name.</summary>
    IReadOnlyList<PeerRecord> ListPeers();

    /// <summary>The metrics that are kept of a peer, in the order of rounds.</summary>
    IReadOnlyList<PeerMetrics> ListMetrics(string peer);

    /// <summary>Forgets a peer's state and metrics, for a new beginning. Its incarnation and sequences stay, since others may remember them. Durable.</summary>
    void Forget(string peer);
}
