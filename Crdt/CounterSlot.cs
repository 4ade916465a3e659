namespace FedActors.Crdt;

/// <summary>What one life of a replica has counted.</summary>
/// <param name="Member">Which.</param>
/// <param name="Increments">The sum of its increments.</param>
/// <param name="Decrements">The sum of its decrements.</param>
public sealed record CounterSlot(Member Member, ulong Increments, ulong Decrements);
