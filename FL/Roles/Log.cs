using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using Microsoft.Extensions.Logging;

namespace FedActors.FL.Roles;

/// <summary>What the roles log. Event ids 2000 to 2099; never parameters or examples.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Run {RunId} ended as {Outcome} after {Rounds} committed rounds{Because}")]
    public static partial void RunEnded(ILogger log, string runId, RunOutcome outcome, int rounds, string because);

    [LoggerMessage(2001, LogLevel.Information, "Round {Round} committed with {Participants} of {Asked} updates; accuracy {Accuracy}")]
    public static partial void RoundCommitted(ILogger log, int round, int participants, int asked, double? accuracy);

    [LoggerMessage(2002, LogLevel.Information, "Waiting: {Cause}")]
    public static partial void Waiting(ILogger log, string cause);

    [LoggerMessage(2003, LogLevel.Information, "{Role} {MemberId} {Kind}: {Text}")]
    public static partial void Member(ILogger log, string role, string memberId, MemberChangeKind kind, string text);

    [LoggerMessage(2004, LogLevel.Warning, "Update of {WorkerId} for round {Round} refused as {Reason}: {Text}")]
    public static partial void UpdateRefused(ILogger log, string workerId, int round, RefusalReason reason, string text);

    [LoggerMessage(2005, LogLevel.Debug, "Without effect: {Text}")]
    public static partial void Ignored(ILogger log, string text);

    [LoggerMessage(2006, LogLevel.Debug, "{Message} from {Sender} is no part of this conversation")]
    public static partial void Unexpected(ILogger log, string message, ActorPath sender);

    [LoggerMessage(2010, LogLevel.Information, "{Role} {MemberId} registered with {Provider}")]
    public static partial void Registered(ILogger log, string role, string memberId, ActorPath provider);

    [LoggerMessage(2011, LogLevel.Warning, "{Role} {MemberId} was refused: {Text}")]
    public static partial void RegistrationRefused(ILogger log, string role, string memberId, string text);

    [LoggerMessage(2012, LogLevel.Information, "{Role} {MemberId} registers again in {Seconds:0.0} s: {Reason}")]
    public static partial void RegistersAgain(ILogger log, string role, string memberId, double seconds, string reason);

    [LoggerMessage(2013, LogLevel.Information, "{Role} {MemberId}: run {RunId} ended as {Outcome} after {Rounds} rounds{Because}")]
    public static partial void MemberRunEnded(ILogger log, string role, string memberId, string runId, RunOutcome outcome, int rounds, string because);

    [LoggerMessage(2014, LogLevel.Warning, "{Sender} speaks as the provider and may not: {Objection}")]
    public static partial void NoProvider(ILogger log, ActorPath sender, string objection);

    [LoggerMessage(2020, LogLevel.Debug, "Trained round {Round} in {Milliseconds:0.0} ms: loss {Loss:0.0000}, accuracy {Accuracy:0.0000}")]
    public static partial void Trained(ILogger log, int round, double milliseconds, double loss, double accuracy);

    [LoggerMessage(2021, LogLevel.Error, "Training of round {Round} failed")]
    public static partial void TrainingFailed(ILogger log, int round, Exception failure);

    [LoggerMessage(2025, LogLevel.Error, "Training of round {Round} failed for the same reason, which makes {Times} times in a row")]
    public static partial void TrainingFailedAgain(ILogger log, int round, int times);

    [LoggerMessage(2022, LogLevel.Warning, "The provider refused this site's update for round {Round} as {Code}: {Text}")]
    public static partial void OwnUpdateRefused(ILogger log, int round, string code, string text);

    [LoggerMessage(2023, LogLevel.Error, "Evaluation of round {Round} failed")]
    public static partial void EvaluationFailed(ILogger log, int round, Exception failure);

    [LoggerMessage(2024, LogLevel.Warning, "What compression had left unsent up to round {Lost} is not here any more; round {Round} goes on without it")]
    public static partial void ResidualLost(ILogger log, int round, int lost);

    [LoggerMessage(2030, LogLevel.Information, "Combiner {CombinerId} on node {Node} is there for its workers")]
    public static partial void CombinerJoined(ILogger log, string combinerId, string node);

    [LoggerMessage(2031, LogLevel.Warning, "Combiner {CombinerId} was lost: {Cause}")]
    public static partial void CombinerLost(ILogger log, string combinerId, string cause);

    [LoggerMessage(2032, LogLevel.Debug, "A sum of combiner {CombinerId} for {Key} came unasked")]
    public static partial void SumIgnored(ILogger log, string combinerId, RoundKey key);

    [LoggerMessage(2033, LogLevel.Warning, "Combiner {CombinerId} is refused for {Key}: {Text}")]
    public static partial void SumRefused(ILogger log, string combinerId, RoundKey key, string text);

    /// <summary>The end of a sentence that may have a reason.</summary>
    public static string Because(string? reason) => reason is null ? string.Empty : $": {reason}";
}
