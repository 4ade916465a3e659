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

    /// <summary>Measures how long each message is handled, and how long it had waited if <see cref="StampSent"/> stamped it, by its type. A message whose handler fails is measured, too.</summary>
    /// <remarks>While nobody listens to either instrument it does nothing.</remarks>
    public static ReceiveMiddleware MeterReceived() => next => (context, envelope) =>
        context.System.Meter.MeasuresMessages ? MeasureAsync(next, context, envelope) : next(context, envelope);

    /// <summary>Stamps each sent message with the time while somebody listens to how long messages wait, so that <see cref="MeterReceived"/> can tell. Costs each such message its headers.</summary>
    public static SendMiddleware StampSent() => next => (ActorRef target, ref Envelope envelope) =>
    {
        if (target.System.Meter.MeasuresWaiting)
        {
            envelope = envelope with { Headers = (envelope.Headers ?? MessageHeaders.None) with { SentAt = target.System.Time.GetTimestamp() } };
        }

        return next(target, ref envelope);
    };

    /// <summary>Makes each handled message a span under the sender's, and one whose handler fails an error. A message that bears no trace begins one.</summary>
    /// <remarks>While nobody listens to the source it does nothing.</remarks>
    /// <param name="source">Where spans go; the caller owns it.</param>
    public static ReceiveMiddleware TraceReceived(ActivitySource source) => next => (context, envelope) =>
        source.HasListeners() ? TraceAsync(source, next, context, envelope) : next(context, envelope);

    /// <summary>Puts the current span's identity beside each sent message, so that the receiver's span becomes its child.</summary>
    /// <remarks>Only <c>traceparent</c> travels. <c>tracestate</c> does not: it is a vendor's note to itself, and nodes may be other organisations'.</remarks>
    public static SendMiddleware TraceSent() => next => (ActorRef target, ref Envelope envelope) =>
    {
        if (CurrentTraceParent() is { } parent)
        {
            envelope = envelope with { Headers = (envelope.Headers ?? MessageHeaders.None) with { TraceParent = parent } };
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

    /// <summary>The current span as <c>traceparent</c> has it, or null.</summary>
    internal static string? CurrentTraceParent() => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : null;

    private static async ValueTask MeasureAsync(ReceiveHandler next, ActorContext context, Envelope envelope)
    {
        ActorMeter meter = context.System.Meter;
        Type message = envelope.Message.GetType();
        long started = context.Time.GetTimestamp();
        if (envelope.Headers?.SentAt is { } sent)
        {
            meter.Queued(message, context.Time.GetElapsedTime(sent, started));
        }

        try
        {
            await next(context, envelope);
        }
        catch (Exception failure)
        {
            meter.Failed(message, context.Time.GetElapsedTime(started), failure);
            throw;
        }

        meter.Handled(message, context.Time.GetElapsedTime(started));
    }

    private static async ValueTask TraceAsync(ActivitySource source, ReceiveHandler next, ActorContext context, Envelope envelope)
    {
        // A turn may run within another's: what is current then is not this message's. A peer's text that is no traceparent begins a trace.
        Activity.Current = null;
        ActivityContext.TryParse(envelope.Headers?.TraceParent, null, isRemote: envelope.Headers?.Origin is not null, out ActivityContext parent);
        using Activity? span = source.CreateActivity($"receive {envelope.Message.GetType().Name}", ActivityKind.Consumer, parent);
        span?.SetTag("actor", context.Self.Path.ToString());
        span?.Start();
        try
        {
            await next(context, envelope);
        }
        catch (Exception failure)
        {
            // Its type alone: its text may tell of the message's content.
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
            throw;
        }
    }
}
