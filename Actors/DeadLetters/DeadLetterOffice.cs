using FedActors.Actors.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors;

/// <summary>Counts every message that reached nobody, tells subscribers, and fails the question of an asker who waits for it.</summary>
public sealed class DeadLetterOffice
{
    private readonly EventStream _events;
    private readonly ActorMeter _meter;
    private readonly ILogger _log;
    private long _count;

    internal DeadLetterOffice(EventStream events, ActorMeter meter, ILogger log)
    {
        _events = events;
        _meter = meter;
        _log = log;
    }

    /// <summary>Dead letters since the system started.</summary>
    public long Count => Interlocked.Read(ref _count);

    internal void Publish(ActorRef target, in Envelope envelope, DeliveryResult result) =>
        Publish(target, envelope, result switch
        {
            DeliveryResult.Full => DeadLetterReason.Full,
            DeliveryResult.NoSuchActor => DeadLetterReason.NoSuchActor,
            DeliveryResult.Unreachable => DeadLetterReason.Unreachable,
            DeliveryResult.TooLarge => DeadLetterReason.TooLarge,
            DeliveryResult.NotRegistered => DeadLetterReason.NotRegistered,
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, "An accepted message is no dead letter."),
        });

    internal void Publish(ActorRef target, in Envelope envelope, DeadLetterReason reason)
    {
        Interlocked.Increment(ref _count);
        _meter.DeadLetter(reason);
        if (_log.IsEnabled(LogLevel.Debug))
        {
            // A node that is lost leaves thousands, and each would make its target's name for nobody.
            Log.DeadLetter(_log, envelope.Message.GetType().Name, target.Path, reason);
        }

        if (envelope.Sender is { AsksQuestion: true } asker)
        {
            asker.FailQuestion(new AskFailedException($"{envelope.Message.GetType().Name} could not be delivered to {target}: {reason}."));
        }

        _events.Publish(new DeadLetter(target, envelope.Message, envelope.Sender, reason));
    }
}
