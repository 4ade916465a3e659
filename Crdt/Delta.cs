namespace FedActors.Crdt;

/// <summary>Some entries of a map: what an operation changed, or what another replica lacks.</summary>
/// <param name="Entries">In any order; a receiver may get them in any order, in parts, and more than once.</param>
public sealed record Delta(IReadOnlyList<Entry> Entries);
