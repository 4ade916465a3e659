namespace FedActors.FL.Gossip;

/// <summary>What a reporter has heard of a network.</summary>
/// <param name="At">When the report was made.</param>
/// <param name="GlobalRound">The lowest round among the active peers: all have come at least so far.</param>
/// <param name="HighestRound">The highest round among the active peers.</param>
/// <param name="Messages">Gossip messages that the active peers have sent.</param>
/// <param name="ActivePeers">Peers heard of within the last report intervals.</param>
/// <param name="IsAgreed">Whether all active peers hold one final mean.</param>
/// <param name="Peers">All peers that were heard of and have not left, by name.</param>
public sealed record NetworkReport(
    DateTimeOffset At, int GlobalRound, int HighestRound, long Messages, int ActivePeers, bool IsAgreed, IReadOnlyList<ReportedPeer> Peers);

/// <summary>A peer as a reporter knows it.</summary>
/// <param name="Status">What it said last.</param>
/// <param name="Silence">Since then.</param>
/// <param name="States">How often it was heard.</param>
/// <param name="IsActive">Whether it was heard of lately.</param>
public sealed record ReportedPeer(PeerStatus Status, TimeSpan Silence, long States, bool IsActive);
