namespace FedActors.FL.Gossip;

/// <summary>What a peer publishes of itself for everybody, under <c>info/&lt;peer&gt;</c>. Every new version is a sign of life.</summary>
/// <param name="Address">Where it listens, as host:port; null if it opens no port.</param>
/// <param name="Life">Its process.</param>
/// <param name="Site">The site whose data it holds.</param>
/// <param name="Samples">Its examples.</param>
/// <param name="Progress">How far it is.</param>
public sealed record PeerDescription(string? Address, long Life, string Site, long Samples, PeerProgress Progress);
