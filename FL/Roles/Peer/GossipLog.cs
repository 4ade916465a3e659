using FedActors.FL.Gossip;
using Microsoft.Extensions.Logging;

namespace FedActors.FL.Roles;

/// <summary>What gossip mode's roles log. Event ids 2100 to 2199; never parameters or examples.</summary>
internal static partial class GossipLog
{
    [LoggerMessage(2100, LogLevel.Information, "{Peer} starts with incarnation {Incarnation}, entries {Entries}, rounds {Round}")]
    public static partial void Started(ILogger log, string peer, ulong incarnation, int entries, int round);

    [LoggerMessage(2101, LogLevel.Information, "Met {Peer}, incarnation {Incarnation}, at {Address}")]
    public static partial void Met(ILogger log, string peer, ulong incarnation, string address);

    [LoggerMessage(2102, LogLevel.Warning, "{Peer} cannot learn with this peer: {Text}")]
    public static partial void Refused(ILogger log, string peer, string text);

    [LoggerMessage(2103, LogLevel.Information, "{Peer} is {State}")]
    public static partial void Member(ILogger log, string peer, string state);

    [LoggerMessage(2104, LogLevel.Debug, "The connection with {Peer} is gone: {Reason}")]
    public static partial void SessionClosed(ILogger log, string peer, string reason);

    [LoggerMessage(2105, LogLevel.Warning, "This peer goes on with incarnation {Incarnation}, since {Reason}")]
    public static partial void NewIncarnation(ILogger log, ulong incarnation, string reason);

    [LoggerMessage(2106, LogLevel.Error, "Somebody else claims to be this peer: {Text}")]
    public static partial void Contested(ILogger log, string text);

    [LoggerMessage(2122, LogLevel.Information, "{Source} these are gone for good: {Peers}. What they had published is deleted")]
    public static partial void Removed(ILogger log, string source, string peers);

    [LoggerMessage(2107, LogLevel.Error, "Two contents under one version of {Key}: its writer {Writer} restored an old disk, runs twice, or lies")]
    public static partial void Equivocation(ILogger log, string key, string writer);

    [LoggerMessage(2108, LogLevel.Warning, "Refused from {Peer} as {Refusal} (count {Count}): {Text}")]
    public static partial void RefusedFrom(ILogger log, string peer, string refusal, long count, string text);

    [LoggerMessage(2109, LogLevel.Debug, "Refused from {Peer} as {Refusal} (count {Count}): {Text}")]
    public static partial void Passed(ILogger log, string peer, string refusal, long count, string text);

    [LoggerMessage(2110, LogLevel.Information, "{Peer} has sent nothing of a body for too long; another peer is asked")]
    public static partial void WantTimedOut(ILogger log, string peer);

    [LoggerMessage(2111, LogLevel.Information, "Features are standardised over {Peers}")]
    public static partial void StandardTaken(ILogger log, string peers);

    [LoggerMessage(2112, LogLevel.Information, "Round {Round}: models in the mean {Models}, change {Change:0.0000}")]
    public static partial void RoundClosed(ILogger log, int round, int models, double change);

    [LoggerMessage(2113, LogLevel.Information, "Training is over after round {Round}: {Reason}; gossip goes on")]
    public static partial void TrainingOver(ILogger log, int round, string reason);

    [LoggerMessage(2114, LogLevel.Information, "All whom this peer knows are done: the mean is {Hash}, models in it {Models}")]
    public static partial void Settled(ILogger log, int models, string hash);

    [LoggerMessage(2115, LogLevel.Information, "All who are here agree on {Hash}")]
    public static partial void Agreed(ILogger log, string hash);

    [LoggerMessage(2116, LogLevel.Warning, "{Text}")]
    public static partial void Trouble(ILogger log, string text);

    [LoggerMessage(2117, LogLevel.Information, "This peer leaves: {Reason}")]
    public static partial void Leaves(ILogger log, string reason);

    [LoggerMessage(2118, LogLevel.Information, "Waiting for the features of more peers: {Missing} are missing, known are {Known}")]
    public static partial void AwaitsPeers(ILogger log, int missing, string known);

    [LoggerMessage(2119, LogLevel.Warning, "Publications are stretched to one in {Seconds:0.###} s, so that the models of {Peers} other peers fit {Bytes} bytes a second")]
    public static partial void Stretched(ILogger log, double seconds, int peers, long bytes);

    [LoggerMessage(2120, LogLevel.Information, "Reporter {Reporter}: round {Round} to {HighestRound}, active peers {Active}, messages {Messages}")]
    public static partial void Report(ILogger log, string reporter, int round, int highestRound, int active, long messages);

    [LoggerMessage(2121, LogLevel.Information, "{Peer} takes its first incarnation: nobody has seen it before")]
    public static partial void FirstIncarnation(ILogger log, string peer);
}
