namespace FedActors.Crdt;

/// <summary>One life of a replica.</summary>
/// <param name="Replica">Its name.</param>
/// <param name="Incarnation">Which life, from 1. A replica that has lost its state, or was removed from the roster, comes back with a higher one.</param>
public readonly record struct Member(string Replica, ulong Incarnation);
