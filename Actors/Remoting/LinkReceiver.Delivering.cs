using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>From a message's head and body, or the last of its chunks, to its target's mailbox.</content>
internal sealed partial class LinkReceiver
{
    // Most messages that come one after the other are of one type.
    private MessageCodec? _lastCodec;

    private Task? Deliver(in BriefFrame head, ref MessagePackReader body)
    {
        ActorRef? sender = head.Sender is { } number ? _endpoint.SenderOf(number) : null;
        if (head.Target < 0)
        {
            ActorRef question = _endpoint.System.ResolvePromise(-head.Target);
            return TryRead(question, sender, head.TypeId, head.TraceParent, ref body, out Envelope answer)
                ? Count(_endpoint.Deliver(question, answer, body.Position, _isOnly, _ended))
                : null;
        }

        NamedTarget target = _endpoint.Names.Target(head.Target);
        return TryRead(target.Bearer, sender, head.TypeId, head.TraceParent, ref body, out Envelope envelope)
            ? Count(_endpoint.Deliver(target, envelope, body.Position, _isOnly, _ended))
            : null;
    }

    private Task? Deliver(in MessageFrame head, ref MessagePackReader body)
    {
        ActorRef target = _endpoint.System.ResolveLocal(head.Target);
        return TryRead(target, head.Sender, head.TypeId, head.TraceParent, ref body, out Envelope envelope)
            ? Count(_endpoint.Deliver(target, envelope, body.Position, _isOnly, _ended))
            : null;
    }

    /// <summary>Makes an envelope of a message's body, if this node knows its type.</summary>
    private bool TryRead(
        ActorRef target, ActorRef? sender, int typeId, string? traceParent, ref MessagePackReader body, out Envelope envelope, LargeArrival? arrival = null)
    {
        MessageCodec? codec = _lastCodec;
        if (codec?.TypeId != typeId && !_options.Registry.TryGet(typeId, out codec))
        {
            // A newer node may know more messages. The frame is whole, so the connection is none the worse for it.
            _endpoint.OnUnknownType(typeId, target.Path.Name, sender);
            _endpoint.CountArrived();
            envelope = default;
            return false;
        }

        _lastCodec = codec;
        MessageHeaders headers = traceParent is null ? _headers : _headers with { TraceParent = traceParent };
        if (arrival is not null)
        {
            headers = headers with { Arrival = arrival };
        }

        if (_options.StampArrived && _endpoint.System.Meter.MeasuresWaiting)
        {
            headers = headers with { SentAt = _time.GetTimestamp() };
        }

        try
        {
            envelope = new Envelope(codec.Read(ref body), sender, headers);
            return true;
        }
        catch (ProtocolException e)
        {
            // It has arrived, and is not to come again: a session that resumed with it would break the next connection, and so for ever.
            _endpoint.CountArrived();
            throw _endpoint.OnUnreadable(codec.Type, target, sender, e);
        }
    }

    private Task? Count(Task? delivery)
    {
        if (delivery is not null)
        {
            return CountWhenDeliveredAsync(delivery);
        }

        _endpoint.CountArrived();
        return null;
    }

    private async Task CountWhenDeliveredAsync(Task delivery)
    {
        await delivery;
        _endpoint.CountArrived();
    }
}
