namespace FedActors.Crdt;

/// <summary>An entry without its body: what a digest tells of it, some 40 bytes and the key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Stamp">The entry's place in the order.</param>
/// <param name="BodyBytes">The body's length; 0 for a tombstone.</param>
public sealed record EntryHeader(string Key, Stamp Stamp, int BodyBytes);
