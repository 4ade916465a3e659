namespace FedActors.Storage.Gossip;

/// <summary>What a store knows of a peer.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Incarnation">The incarnation in which it publishes; 0 before the first.</param>
/// <param name="LastSequence">No higher sequence of this incarnation was ever given out; 0 if none was.</param>
/// <param name="Life">What its last start was told apart by.</param>
/// <param name="Starts">How often it has started.</param>
/// <param name="IsCopy">Whether its incarnation was taken by another machine or under another path, so that another process may live in it: a higher one comes first.</param>
/// <param name="StartedAt">When it last started.</param>
public sealed record PeerRecord(string Peer, ulong Incarnation, ulong LastSequence, ulong Life, long Starts, bool IsCopy, DateTimeOffset StartedAt);
