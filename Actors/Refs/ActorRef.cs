using System.Globalization;
using FedActors.Actors.Cells;
using FedActors.Actors.Remoting;

namespace FedActors.Actors;

/// <summary>Where to send an actor's messages. A local and a remote reference look the same.</summary>
/// <remarks>References are equal that stand for one actor, by <see cref="Equals(ActorRef?)"/> and by <c>==</c> alike. Delivery is at most once, and in order for each pair of sender and receiver. What cannot be delivered becomes a <see cref="DeadLetter"/>.</remarks>
public abstract class ActorRef : IEquatable<ActorRef>
{
    private protected ActorRef(ActorSystem system) => System = system;

    /// <summary>Whether both stand for one actor, or for none.</summary>
    public static bool operator ==(ActorRef? left, ActorRef? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they stand for two actors, or one of them for none.</summary>
    public static bool operator !=(ActorRef? left, ActorRef? right) => !(left == right);

    /// <summary>The longest that a question may wait: no timer waits longer than 49 days.</summary>
    public static TimeSpan LongestQuestion { get; } = TimeSpan.FromDays(49);

    /// <summary>Names the actor.</summary>
    public abstract ActorPath Path { get; }

    /// <summary>The path as other nodes know it.</summary>
    internal virtual ActorPath WirePath => Path;

    /// <summary>What stands for this reference where messages name it by number; null for one that is named in full.</summary>
    internal virtual WireName? WireName => null;

    /// <summary>Bytes of the largest message that can be sent there; a message within the process is not encoded.</summary>
    internal virtual int MaxMessageBytes => int.MaxValue;

    /// <summary>The system that this reference belongs to; not the actor's, if that is remote.</summary>
    internal ActorSystem System { get; }

    /// <summary>Sends a message, or says that there is no room for it now. A refused message is the caller's to keep; it is not a dead letter.</summary>
    /// <param name="message">Not to be changed once sent.</param>
    /// <param name="sender">Whom to answer.</param>
    /// <returns>Whether the message was accepted, or dropped on purpose by send middleware.</returns>
    public bool TryTell(object message, ActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        var envelope = new Envelope(message, sender);
        return !System.PassesSendMiddleware(this, ref envelope) || Offer(envelope) == DeliveryResult.Accepted;
    }

    /// <summary>Sends a message and forgets it. If it cannot be accepted at once it becomes a dead letter.</summary>
    /// <remarks>In an actor <see cref="ActorContext.Tell"/> names that actor as the sender; this names nobody by itself.</remarks>
    /// <inheritdoc cref="TryTell"/>
    public void Tell(object message, ActorRef? sender = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        var envelope = new Envelope(message, sender);
        Send(ref envelope);
    }

    /// <summary>Sends an envelope as it is, with its sender and headers. If it cannot be accepted at once it becomes a dead letter.</summary>
    public void Forward(Envelope envelope) => Send(ref envelope);

    /// <summary>Sends a message, waiting while there is no room for it. If it can never be accepted it becomes a dead letter.</summary>
    /// <param name="message">Not to be changed once sent.</param>
    /// <param name="sender">Whom to answer.</param>
    /// <param name="cancellationToken">Ends the wait; the message is then not sent.</param>
    public ValueTask TellAsync(object message, ActorRef? sender = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ForwardAsync(new Envelope(message, sender), cancellationToken);
    }

    /// <summary>Sends an envelope as it is, waiting while there is no room for it. If it can never be accepted it becomes a dead letter.</summary>
    /// <exception cref="MessageTooLargeException">The encoded message is over the limit. Other traffic goes on.</exception>
    public async ValueTask ForwardAsync(Envelope envelope, CancellationToken cancellationToken = default)
    {
        if (!System.PassesSendMiddleware(this, ref envelope))
        {
            return;
        }

        DeliveryResult result = await OfferAsync(envelope, cancellationToken);
        if (result == DeliveryResult.TooLarge)
        {
            throw new MessageTooLargeException(string.Create(
                CultureInfo.InvariantCulture,
                $"{envelope.Message.GetType().Name} for {Path} was not sent: encoded it has more than {MaxMessageBytes:N0} bytes, which is {nameof(RemotingLimits.MaxMessageBytes)} here or there, whichever is less."));
        }

        if (result != DeliveryResult.Accepted)
        {
            System.DeadLetters.Publish(this, envelope, result);
        }
    }

    /// <summary>Sends a question and awaits its answer.</summary>
    /// <remarks>
    /// A question does not wait for room: where there is none it fails at once. An actor that awaits the answer in its handler handles
    /// nothing else meanwhile; <see cref="ActorContext.PipeToSelf"/> brings the answer as a message.
    /// </remarks>
    /// <typeparam name="T">The answer's type.</typeparam>
    /// <param name="question">The message.</param>
    /// <param name="timeout">How long to wait, on the system's clock; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Gives up early.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative, or longer than <see cref="LongestQuestion"/>.</exception>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="AskFailedException">The question could not be delivered, the actor failed while handling it, or the answer is of another type.</exception>
    public Task<T> AskAsync<T>(object question, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, LongestQuestion);
        }

        var promise = new PromiseRef<T>(System, this, question.GetType(), timeout);
        Task<T> answer = promise.Begin(cancellationToken);
        try
        {
            var envelope = new Envelope(question, promise);
            Ask(ref envelope);
        }
        catch
        {
            // Send middleware failed: the caller hears of that, and nobody ever answers.
            promise.Abandon();
            throw;
        }

        return answer;
    }

    /// <summary>Offers an envelope, without waiting.</summary>
    internal abstract DeliveryResult Offer(in Envelope envelope);

    /// <summary>Offers an envelope, without waiting; somebody is about to wait for what follows from it.</summary>
    internal virtual DeliveryResult OfferAwaited(in Envelope envelope) => Offer(envelope);

    /// <summary>Offers an envelope, waiting for room.</summary>
    internal abstract ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken);

    /// <summary>Sends a message of the runtime's own, in the lane that is never full.</summary>
    internal abstract void SendSystem(SystemMessage message);

    /// <summary>Whether this is the sender of a question, which can fail.</summary>
    internal virtual bool AsksQuestion => false;

    /// <summary>If this is the sender of a question, lets it fail now instead of at its deadline.</summary>
    internal virtual void FailQuestion(AskFailedException failure)
    {
    }

    /// <summary>An actor has taken note that this one watches it, or does so no more.</summary>
    internal virtual void OnWatchTaken(ActorRef watched)
    {
    }

    private void Send(ref Envelope envelope)
    {
        if (!System.PassesSendMiddleware(this, ref envelope))
        {
            return;
        }

        // Most references are local: asked for by name, the call goes straight there.
        DeliveryResult result = this is LocalActorRef local ? local.Cell.Offer(envelope) : Offer(envelope);
        if (result != DeliveryResult.Accepted)
        {
            System.DeadLetters.Publish(this, envelope, result);
        }
    }

    private void Ask(ref Envelope envelope)
    {
        if (!System.PassesSendMiddleware(this, ref envelope))
        {
            return;
        }

        DeliveryResult result = OfferAwaited(envelope);
        if (result != DeliveryResult.Accepted)
        {
            System.DeadLetters.Publish(this, envelope, result);
        }
    }

    /// <inheritdoc/>
    public bool Equals(ActorRef? other) => ReferenceEquals(this, other) || (other is not null && Path == other.Path);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as ActorRef);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Path.GetHashCode();

    /// <inheritdoc/>
    public sealed override string ToString() => Path.ToString();
}
