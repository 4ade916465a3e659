using FedActors.Actors.Cells;
using FedActors.Actors.Mailboxes;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors;

/// <summary>What an actor's instance may do, and whose message it is handling. Use it only from the actor's own handlers.</summary>
/// <remarks>The context of an instance that was replaced while it hung throws <see cref="InvalidOperationException"/>.</remarks>
public sealed class ActorContext
{
    private readonly ActorCell _cell;
    private MailboxSlot[] _slots = [];
    private int _current;
    private Behaviour? _behaviour;
    private Stack<Behaviour?>? _beneath;
    private ActorTimers? _timers;
    private CancellationTokenSource? _stopping;
    private volatile bool _timersEnded;

    internal ActorContext(ActorCell cell, Activation activation)
    {
        _cell = cell;
        Activation = activation;
    }

    /// <summary>The system that the actor lives in.</summary>
    public ActorSystem System => _cell.System;

    /// <summary>The actor.</summary>
    public ActorRef Self => _cell.Self;

    /// <summary>The actor's parent, or null for a top actor.</summary>
    public ActorRef? Parent => _cell.Parent is { IsRoot: false } parent ? parent.Self : null;

    /// <summary>Who sent the message at hand, or null.</summary>
    public ActorRef? Sender => _slots.Length == 0 ? null : _slots[_current].Sender;

    /// <summary>What travelled beside the message at hand.</summary>
    public MessageHeaders Headers => Envelope.Headers ?? MessageHeaders.None;

    /// <summary>The message at hand with its sender and headers, to forward it.</summary>
    public Envelope Envelope => _slots.Length == 0 ? default : _slots[_current].Envelope;

    /// <summary>The actor's children now.</summary>
    public IReadOnlyList<ActorRef> Children => _cell.ChildRefs();

    /// <summary>The actor's timers.</summary>
    public ActorTimers Timers
    {
        get
        {
            ActorTimers timers = _timers ?? Interlocked.CompareExchange(ref _timers, new ActorTimers(_cell), null) ?? _timers;

            // A handler that hangs may come here while another loop ends its timers: at least one of the two sees the other.
            if (_timersEnded)
            {
                timers.End();
            }

            return timers;
        }
    }

    /// <summary>The system's clock.</summary>
    public TimeProvider Time => _cell.System.Time;

    /// <summary>A log under the actor's name.</summary>
    public ILogger Log => _cell.Log;

    /// <summary>Cancelled when this instance is stopped, restarted or replaced. Long work takes it.</summary>
    public CancellationToken Stopping
    {
        get
        {
            CancellationTokenSource source = _stopping ?? MakeStopping();
            return source.Token;
        }
    }

    internal Activation Activation { get; }

    /// <summary>What replaced the instance's own handling of messages, or null.</summary>
    internal Behaviour? Behaviour => _behaviour;

    /// <summary>Makes a child.</summary>
    /// <param name="props">How it is made and lives.</param>
    /// <param name="name">Unique among the children.</param>
    /// <exception cref="InvalidOperationException">The name is taken, or this actor is stopping.</exception>
    public ActorRef Spawn(Props props, string name)
    {
        EnsureCurrent();
        return _cell.Spawn(props, name);
    }

    /// <summary>Ends a child, or the actor itself, after the message that it is handling.</summary>
    public void Stop(ActorRef actor)
    {
        EnsureCurrent();
        System.Stop(actor);
    }

    /// <summary>Asks for <see cref="Terminated"/> when an actor ends. Watching twice counts once.</summary>
    public void Watch(ActorRef actor)
    {
        EnsureCurrent();
        _cell.StartWatching(actor);
    }

    /// <summary>Takes a watch back. A notice that is on its way is not delivered.</summary>
    public void Unwatch(ActorRef actor)
    {
        EnsureCurrent();
        _cell.StopWatching(actor);
    }

    /// <summary>Sends a message with this actor as its sender. If it cannot be accepted at once it becomes a dead letter.</summary>
    public void Tell(ActorRef target, object message)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Tell(message, Self);
    }

    /// <summary>Sends a message with this actor as its sender, waiting while there is no room for it. If it can never be accepted it becomes a dead letter.</summary>
    /// <remarks>
    /// Until then the actor handles nothing else. So it must not wait for room in its own mailbox, nor two actors for each other.
    /// </remarks>
    /// <param name="target">For whom it is.</param>
    /// <param name="message">Not to be changed once sent.</param>
    /// <param name="cancellationToken">Ends the wait: <see cref="Stopping"/>, or the actor holds up its own end.</param>
    public ValueTask TellAsync(ActorRef target, object message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        return target.TellAsync(message, Self, cancellationToken);
    }

    /// <summary>Answers the message at hand. Without a sender the answer becomes a dead letter.</summary>
    public void Respond(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Sender is { } sender)
        {
            sender.Tell(message, Self);
        }
        else
        {
            System.DeadLetters.Publish(Self, new Envelope(message, Self), DeadLetterReason.NoSender);
        }
    }

    /// <summary>Passes the message at hand on, as it came.</summary>
    public void Forward(ActorRef target)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Forward(Envelope);
    }

    /// <summary>Replaces the behaviour; there is nothing to return to but what was stacked before.</summary>
    public void Become(Behaviour behaviour)
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        _behaviour = behaviour;
    }

    /// <summary>Puts a behaviour on top of the present one, until <see cref="Unbecome"/>.</summary>
    public void BecomeStacked(Behaviour behaviour)
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        (_beneath ??= new()).Push(_behaviour);
        _behaviour = behaviour;
    }

    /// <summary>Returns to the behaviour beneath. The lowest one stays.</summary>
    public void Unbecome()
    {
        if (_beneath is { Count: > 0 })
        {
            _behaviour = _beneath.Pop();
        }
    }

    /// <summary>Lets work go on beside the mailbox and brings its outcome back as a message, with the actor itself as sender.</summary>
    /// <typeparam name="T">The work's result.</typeparam>
    /// <param name="work">Work that runs elsewhere; pass it <see cref="Stopping"/>.</param>
    /// <param name="completed">From the result to a message.</param>
    /// <param name="failed">From the failure, or an <see cref="OperationCanceledException"/>, to a message.</param>
    /// <remarks>
    /// The two functions run on the actor's turn. The message comes past a full mailbox, as a timer's does: the actor itself bounds the
    /// work that it begins. It is not delivered to a later instance than the one that began the work.
    /// </remarks>
    public void PipeToSelf<T>(Task<T> work, Func<T, object> completed, Func<Exception, object> failed)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(completed);
        ArgumentNullException.ThrowIfNull(failed);
        EnsureCurrent();
        Activation.Pipe(work, completed, failed);
    }

    /// <summary>Treats a child as failed although its handler has not returned, and replaces it.</summary>
    internal void ReportHung(ActorRef child, Exception failure)
    {
        EnsureCurrent();
        _cell.OnChildHung(child, failure);
    }

    /// <summary>Points to the message at hand, where it lies: nothing is copied.</summary>
    internal void SetCurrent(MailboxSlot[] slots, int index)
    {
        if (_slots != slots)
        {
            _slots = slots;
        }

        _current = index;
    }

    internal void ClearCurrent()
    {
        _slots = [];
        _current = 0;
    }

    /// <summary>Whether these are the timers of this instance.</summary>
    internal bool Owns(ActorTimers timers) => _timers == timers;

    /// <summary>Ends all timers, for good.</summary>
    internal void EndTimers()
    {
        _timersEnded = true;
        Interlocked.MemoryBarrier();
        _timers?.End();
    }

    /// <summary>A token asked for after the end is born cancelled.</summary>
    internal void CancelStopping()
    {
        CancellationTokenSource source = _stopping ?? MakeStopping();
        source.Cancel();
    }

    private CancellationTokenSource MakeStopping()
    {
        var source = new CancellationTokenSource();
        return Interlocked.CompareExchange(ref _stopping, source, null) ?? source;
    }

    private void EnsureCurrent()
    {
        if (Activation.IsReplaced)
        {
            throw new InvalidOperationException($"This instance of {Self} hung and was replaced; it may not act any more.");
        }
    }
}
