using FedActors.Actors.Supervision;
using FedActors.Actors.Transport;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Diagnostics;

/// <summary>What the runtime logs. Event ids 1000 to 1099; never a message's content.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "{Message} to {Target} became a dead letter: {Reason}")]
    public static partial void DeadLetter(ILogger log, string message, ActorPath target, DeadLetterReason reason);

    [LoggerMessage(1011, LogLevel.Warning, "{Message} to {Target} cannot be sent: {Why} ({Unsaid} before it were not logged)")]
    public static partial void CannotBeSent(ILogger log, string message, ActorPath target, string why, long unsaid);

    [LoggerMessage(1001, LogLevel.Warning, "{Actor} failed; {Directive} after {Delay}")]
    public static partial void Failed(ILogger log, ActorPath actor, Directive directive, TimeSpan delay, Exception failure);

    [LoggerMessage(1002, LogLevel.Error, "{Actor} failed in its {Hook} hook")]
    public static partial void HookFailed(ILogger log, ActorPath actor, string hook, Exception failure);

    [LoggerMessage(1003, LogLevel.Warning, "{Actor} hangs in its handler and was replaced; the abandoned handler's work is ignored")]
    public static partial void Abandoned(ILogger log, ActorPath actor);

    [LoggerMessage(1004, LogLevel.Error, "{Node} did not stop within {Timeout}; its actors are abandoned")]
    public static partial void StopTimedOut(ILogger log, string node, TimeSpan timeout);

    [LoggerMessage(1005, LogLevel.Debug, "An abandoned handler of {Actor} ended with a failure")]
    public static partial void AbandonedFailed(ILogger log, ActorPath actor, Exception failure);

    [LoggerMessage(1009, LogLevel.Warning, "{Actor} has handled nothing for {Timeout} and its mailbox is full; what other nodes send it is a dead letter until it goes on")]
    public static partial void StandsStill(ILogger log, ActorPath actor, TimeSpan timeout);

    [LoggerMessage(1010, LogLevel.Error, "A message that waited for room in the mailbox of {Actor} was lost")]
    public static partial void SetAsideFailed(ILogger log, ActorPath actor, Exception failure);

    [LoggerMessage(1008, LogLevel.Error, "A subscriber failed when it was told of {Event}")]
    public static partial void SubscriberFailed(ILogger log, string @event, Exception failure);

    [LoggerMessage(1006, LogLevel.Trace, "{Actor} received {Message} from {Sender}")]
    public static partial void Received(ILogger log, ActorPath actor, string message, ActorPath? sender);

    [LoggerMessage(1007, LogLevel.Trace, "{Target} was sent {Message} by {Sender}")]
    public static partial void Sent(ILogger log, ActorPath target, string message, ActorPath? sender);

    [LoggerMessage(1012, LogLevel.Error, "{Message} to {Target} could not write itself anew for another connection, and was lost; {Others} others were, too")]
    public static partial void NotWrittenAnew(ILogger log, string message, ActorPath target, int others, Exception failure);

    [LoggerMessage(1020, LogLevel.Information, "{Node} is connected, life {Life}, at {Address}")]
    public static partial void Connected(ILogger log, string node, long life, string address);

    [LoggerMessage(1021, LogLevel.Information, "{Node} is disconnected: {Reason}")]
    public static partial void Disconnected(ILogger log, string node, string reason);

    [LoggerMessage(1031, LogLevel.Warning, "Subscribers have been told for {Time} that {Node} is away, and are not done: until they are, it is not connected")]
    public static partial void TellsLong(ILogger log, string node, TimeSpan time);

    [LoggerMessage(1022, LogLevel.Information, "{Address} cannot be reached (attempt {Attempt}, the next in {Seconds:0.0} s): {Reason}")]
    public static partial void ConnectFailed(ILogger log, TransportAddress address, int attempt, double seconds, string reason);

    [LoggerMessage(1023, LogLevel.Warning, "{Address} was refused: {Reason} ({Unsaid} refusals before it were counted and not logged)")]
    public static partial void Refused(ILogger log, string address, string reason, long unsaid);

    [LoggerMessage(1028, LogLevel.Information, "{Address} went away before it was connected: {Reason} ({Unsaid} refusals before it were counted and not logged)")]
    public static partial void WentAway(ILogger log, string address, string reason, long unsaid);

    [LoggerMessage(1024, LogLevel.Debug, "A refusal did not reach {Address}: {Reason}")]
    public static partial void RefusalNotSent(ILogger log, string address, string reason);

    [LoggerMessage(1027, LogLevel.Warning, "Accepting on {Address} failed: {Reason}; trying again in {RetryIn}")]
    public static partial void AcceptFailed(ILogger log, TransportAddress address, string reason, TimeSpan retryIn);

    [LoggerMessage(1029, LogLevel.Warning, "{Futile} connections to {Address} came to nothing: until they are fewer, {PerSecond} a second are let in from where such came from ({Unsaid} times before were not logged)")]
    public static partial void PaceSlow(ILogger log, TransportAddress address, int futile, int perSecond, long unsaid);

    [LoggerMessage(1030, LogLevel.Information, "Few connections to {Address} come to nothing now: all are let in at once")]
    public static partial void PaceUsual(ILogger log, TransportAddress address);

    [LoggerMessage(1026, LogLevel.Error, "The connection with {Node} failed")]
    public static partial void LinkFailed(ILogger log, string node, Exception failure);

    [LoggerMessage(1025, LogLevel.Warning, "{Node} did not take what was queued for it within {Timeout}; the rest is dropped")]
    public static partial void DrainTimedOut(ILogger log, string node, TimeSpan timeout);
}
