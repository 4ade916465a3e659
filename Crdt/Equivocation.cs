namespace FedActors.Crdt;

/// <summary>Two different entries under one version: their writer restored an old disk, runs twice, or lies. Replicas still converge, by the content's hash.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kept">The entry that stays.</param>
/// <param name="Dropped">The other.</param>
public sealed record Equivocation(string Key, Stamp Kept, Stamp Dropped);
