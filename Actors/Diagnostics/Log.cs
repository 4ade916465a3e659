using FedActors.Actors.Supervision;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Diagnostics;

/// <summary>What the runtime logs. Event ids 1000 to 1099; never a message's content.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Debug, "{Message} to {Target} became a dead letter: {Reason}")]
    public static partial void DeadLetter(ILogger log, string message, ActorPath target, DeadLetterReason reason);

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

    [LoggerMessage(1008, LogLevel.Error, "A subscriber failed when it was told of {Event}")]
    public static partial void SubscriberFailed(ILogger log, string @event, Exception failure);

    [LoggerMessage(1006, LogLevel.Trace, "{Actor} received {Message} from {Sender}")]
    public static partial void Received(ILogger log, ActorPath actor, string message, ActorPath? sender);

    [LoggerMessage(1007, LogLevel.Trace, "{Target} was sent {Message} by {Sender}")]
    public static partial void Sent(ILogger log, ActorPath target, string message, ActorPath? sender);
}
