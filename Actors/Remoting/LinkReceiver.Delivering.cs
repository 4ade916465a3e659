using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>From a message's head and body, or the last of its chunks, to its target's mailbox.</content>
internal sealed partial class LinkReceiver
{
    private ValueTask Deliver(in BriefFrame head, ref MessagePackReader body)
    {
        ActorRef? sender = head.Sender is { } number ? _endpoint.SenderOf(number) : null;
        if (head.Target < 0)
        {
            ActorRef question = _endpoint.System.ResolvePromise(-head.Target);
            return TryRead(question, sender, head.TypeId, head.TraceParent, ref body, out Envelope answer)
                ? Count(_endpoint.DeliverAsync(question, answer, body.Position, _isOnly, _ended))
                : ValueTask.CompletedTask;
        }

        NamedTarget target = _endpoint.Names.Target(head.Target);
        return TryRead(target.Bearer, sender, head.TypeId, head.TraceParent, ref body, out Envelope envelope)
            ? Count(_endpoint.DeliverAsync(target, envelope, body.Position, _isOnly, _ended))
            : ValueTask.CompletedTask;
    }

    private ValueTask Deliver(in MessageFrame head, ref MessagePackReader body)
    {
        ActorRef target = _endpoint.System.ResolveLocal(head.Target);
        return TryRead(target, head.Sender, head.TypeId, head.TraceParent, ref body, out Envelope envelope)
            ? Count(_endpoint.DeliverAsync(target, envelope, body.Position, _isOnly, _ended))
            : ValueTask.CompletedTask;
    }

    /// <summary>Makes an envelope of a message's body, if this node knows its type.</summary>
    private bool TryRead(
        ActorRef target, ActorRef? sender, int typeId, string? traceParent, ref MessagePackReader body, out Envelope envelope, LargeArrival? arrival = null)
    {
        if (!_options.Registry.TryGet(typeId, out MessageCodec? codec))
        {
            // A newer node may know more messages. The frame is whole, so the connection is none the worse for it.
            _endpoint.OnUnknownType(typeId, target.Path.Name, sender);
            _endpoint.CountArrived();
            envelope = default;
            return false;
        }

        MessageHeaders headers = traceParent is null ? _headers : _headers with { TraceParent = traceParent };
        if (arrival is not null)
        {
            headers = headers with { Arrival = arrival };
        }

        if (_options.StampArrived && _endpoint.System.Meter.MeasuresWaiting)
        {
            headers = headers with { SentAt = _time.GetTimestamp() };
        }

        envelope = new Envelope(codec.Read(ref body), sender, headers);
        return true;
    }

    private ValueTask Count(ValueTask delivery)
    {
        if (!delivery.IsCompletedSuccessfully)
        {
            return CountWhenDeliveredAsync(delivery);
        }

        _endpoint.CountArrived();
        return delivery;
    }

    private async ValueTask CountWhenDeliveredAsync(ValueTask delivery)
    {
        await delivery;
        _endpoint.CountArrived();
    }
}
