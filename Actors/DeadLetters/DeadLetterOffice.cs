using FedActors.Actors.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors;

/// <summary>Counts every message that reached nobody, tells subscribers, and fails the question of an asker who waits for it.</summary>
public sealed class DeadLetterOffice
{
    private readonly EventStream _events;
    private readonly ActorMeter _meter;
    private readonly ILogger _log;
    private readonly LineBudget _mistakes;
    private long _count;

    internal DeadLetterOffice(EventStream events, ActorMeter meter, ILogger log, TimeProvider time)
    {
        _mistakes = new LineBudget(1, TimeSpan.FromSeconds(1), time);
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

        if (reason is DeadLetterReason.NotRegistered or DeadLetterReason.TooLarge && _mistakes.TryTake(out long unsaid))
        {
            // No state of the world changes this: it is the program's mistake, and at its default level the log has to say so.
            Log.CannotBeSent(_log, envelope.Message.GetType().Name, target.Path, Explain(reason), unsaid);
        }

        if (envelope.Sender is { AsksQuestion: true } asker)
        {
            asker.FailQuestion(new AskFailedException($"{envelope.Message.GetType().Name} could not be delivered to {target}: {Explain(reason)} ({reason})."));
        }

        _events.Publish(new DeadLetter(target, envelope.Message, envelope.Sender, reason));
    }

    private static string Explain(DeadLetterReason reason) => reason switch
    {
        DeadLetterReason.NoSuchActor => "there is no such actor",
        DeadLetterReason.Full => "there is no room for it",
        DeadLetterReason.DroppedOldest => "newer messages took its room",
        DeadLetterReason.Stopped => "the actor stopped before its turn",
        DeadLetterReason.Unreachable => "the actor's node is not connected",
        DeadLetterReason.TooLarge => "encoded it is over the limit, RemotingLimits.MaxMessageBytes here or there",
        DeadLetterReason.NotRegistered => "its type is not in this node's MessageRegistry, so that it cannot leave the process",
        DeadLetterReason.NoSender => "there was nobody to answer",
        DeadLetterReason.NotWrittenAnew => "it could write itself once, and not anew for another connection",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason without words."),
    };
}
