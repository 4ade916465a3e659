using System.Diagnostics;
using FedActors.Actors.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Middleware;

/// <summary>The middleware that comes with the runtime.</summary>
public static class MessageMiddleware
{
    /// <summary>Name of the <see cref="ActivitySource"/> that <see cref="TraceReceived"/> and <see cref="TraceSent"/> write to.</summary>
    public const string ActivitySourceName = "FedActors.Actors";

    /// <summary>Logs the type of each received message, never its content.</summary>
    public static ReceiveMiddleware LogReceived(ILogger log) => next => (context, envelope) =>
    {
        Log.Received(log, context.Self.Path, envelope.Message.GetType().Name, envelope.Sender?.Path);
        return next(context, envelope);
    };

    /// <summary>Logs the type of each sent message, never its content.</summary>
    public static SendMiddleware LogSent(ILogger log) => next => (ActorRef target, ref Envelope envelope) =>
    {
        Log.Sent(log, target.Path, envelope.Message.GetType().Name, envelope.Sender?.Path);
        return next(target, ref envelope);
    };

    /// <summary>Measures how long each message is handled, and how long it had waited if <see cref="StampSent"/> stamped it, by its type.</summary>
    public static ReceiveMiddleware MeterReceived() => next => async (context, envelope) =>
    {
        long started = context.Time.GetTimestamp();
        if (envelope.Headers?.SentAt is { } sent)
        {
            context.System.Meter.Queued(envelope.Message.GetType(), context.Time.GetElapsedTime(sent, started));
        }

        await next(context, envelope);
        context.System.Meter.Handled(envelope.Message.GetType(), context.Time.GetElapsedTime(started));
    };

    /// <summary>Stamps each sent message with the time, so that <see cref="MeterReceived"/> can tell how long it waited. Costs each message its headers.</summary>
    public static SendMiddleware StampSent() => next => (ActorRef target, ref Envelope envelope) =>
    {
        envelope = envelope with { Headers = (envelope.Headers ?? MessageHeaders.None) with { SentAt = target.System.Time.GetTimestamp() } };
        return next(target, ref envelope);
    };

    /// <summary>Makes each handled message a span under the sender's.</summary>
    /// <param name="source">Where spans go; the caller owns it.</param>
    public static ReceiveMiddleware TraceReceived(ActivitySource source) => next => async (context, envelope) =>
    {
        using Activity? span = source.CreateActivity(
            $"receive {envelope.Message.GetType().Name}", ActivityKind.Consumer, envelope.Headers?.TraceParent);
        span?.SetTag("actor", context.Self.Path.ToString());
        span?.Start();
        await next(context, envelope);
    };

    /// <summary>Puts the current span's identity beside each sent message, so that the receiver's span becomes its child.</summary>
    public static SendMiddleware TraceSent() => next => (ActorRef target, ref Envelope envelope) =>
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            envelope = envelope with { Headers = (envelope.Headers ?? MessageHeaders.None) with { TraceParent = id } };
        }

        return next(target, ref envelope);
    };

    /// <summary>Replaces received messages.</summary>
    /// <param name="transform">From the message that came to the message that is handled.</param>
    public static ReceiveMiddleware TransformReceived(Func<object, object> transform) => next => (context, envelope) =>
        next(context, envelope with { Message = transform(envelope.Message) });

    /// <summary>Replaces sent messages.</summary>
    /// <param name="transform">From the message that was told to the message that is sent.</param>
    public static SendMiddleware TransformSent(Func<object, object> transform) => next => (ActorRef target, ref Envelope envelope) =>
    {
        envelope = envelope with { Message = transform(envelope.Message) };
        return next(target, ref envelope);
    };

    /// <summary>Drops received messages.</summary>
    /// <param name="unwanted">Picks them.</param>
    public static ReceiveMiddleware DropReceived(Func<Envelope, bool> unwanted) => next => (context, envelope) =>
        unwanted(envelope) ? ValueTask.CompletedTask : next(context, envelope);

    /// <summary>Drops sent messages.</summary>
    /// <param name="unwanted">Picks them, by target and envelope.</param>
    public static SendMiddleware DropSent(Func<ActorRef, Envelope, bool> unwanted) => next => (ActorRef target, ref Envelope envelope) =>
        !unwanted(target, envelope) && next(target, ref envelope);
}
