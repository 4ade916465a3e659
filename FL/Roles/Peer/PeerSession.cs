using FedActors.Actors;
using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <summary>A conversation with one other peer, from its welcome until its connection is gone or it comes back as another.</summary>
/// <param name="Number">The exchange's number for it, never used twice.</param>
/// <param name="Card">Who.</param>
/// <param name="Ref">How to reach it.</param>
/// <param name="Members">How to reach its actor for probes.</param>
/// <param name="ProvedName">What it has proved to be called; null without TLS.</param>
internal sealed record PeerSession(long Number, PeerCard Card, ActorRef Ref, ActorRef Members, string? ProvedName);
