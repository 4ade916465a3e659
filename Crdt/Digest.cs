namespace FedActors.Crdt;

/// <summary>All that a map holds, without the bodies.</summary>
/// <param name="Headers">One for each key, in no order.</param>
public sealed record Digest(IReadOnlyList<EntryHeader> Headers);
