using FedActors.Actors.Mailboxes;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Supervision;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Cells;

/// <summary>An actor's lasting part: identity, two lanes, and the loop that drains them. Instances come and go inside it.</summary>
/// <remarks>
/// Invariant: everything without a lock of its own is touched only by the loop that owns the cell, and only outside the actor's code.
/// <see cref="_sync"/> guards the children, because top actors are spawned from any thread, and the passing of the cell from one loop
/// to another. What an idle actor does not need is made when it is first needed: there may be a hundred thousand of them.
/// </remarks>
internal sealed partial class ActorCell
{
    private readonly Lock _sync = new();
    private readonly SystemLane _lane = new();
    private readonly Mailbox _mailbox;
    private readonly Props _props;
    private volatile DrainLoop _loop;
    private volatile Activation? _activation;
    private volatile CellPhase _phase = CellPhase.New;
    private Dictionary<string, Child>? _children;
    private HashSet<ActorRef>? _watchers;
    private HashSet<ActorRef>? _watching;
    private Queue<SystemMessage>? _deferred;
    private RestartWindow? _restartWindow;
    private TaskCompletionSource? _ended;
    private ILogger? _log;
    private ITimer? _patience;
    private Exception? _restartReason;
    private long _outcomes;
    private long _stoodStillAt = -1;
    private int _restarts;
    private int _waitingAside;

    public ActorCell(ActorSystem system, ActorCell? parent, Props props, ActorPath path)
    {
        System = system;
        Parent = parent;
        _props = props;
        Scheduler = props.Scheduler ?? system.Scheduler;
        Self = new LocalActorRef(this, path);
        _mailbox = props.Mailbox.FullMode == MailboxFullMode.DropOldest
            ? new ChannelMailbox(props.Mailbox, dropped => System.DeadLetters.Publish(Self, dropped, DeadLetterReason.DroppedOldest))
            : new BatchMailbox(props.Mailbox);
        _loop = new DrainLoop(this);
    }

    public ActorSystem System { get; }

    public ActorCell? Parent { get; }

    public bool IsRoot => Parent is null;

    public LocalActorRef Self { get; }

    public ActorScheduler Scheduler { get; }

    public ILogger Log => _log ??= System.CreateLogger(Self.Path.Name);

    /// <summary>Completes when the actor has ended.</summary>
    public Task Ended
    {
        get
        {
            TaskCompletionSource ended = LazyInitializer.EnsureInitialized(ref _ended, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));

            // The end sets the phase and then completes whom it finds: at least one of the two sees the other.
            if (_phase == CellPhase.Ended)
            {
                ended.TrySetResult();
            }

            return ended.Task;
        }
    }

    /// <summary>Messages handled so far; read from outside to tell a busy actor from one that hangs.</summary>
    public long Handled => _mailbox.Taken + Volatile.Read(ref _outcomes);

    /// <summary>Messages waiting in the mailbox.</summary>
    public int Queued => _mailbox.Count;

    public DeliveryResult Offer(in Envelope envelope)
    {
        DeliveryResult result = Put(envelope);
        if (result == DeliveryResult.Accepted)
        {
            _loop.Wake();
        }

        return result;
    }

    /// <summary>As <see cref="Offer"/>, of what somebody is about to wait for.</summary>
    public DeliveryResult OfferAwaited(in Envelope envelope)
    {
        DeliveryResult result = Put(envelope);
        if (result == DeliveryResult.Accepted)
        {
            _loop.WakeAwaited();
        }

        return result;
    }

    public ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        ValueTask<DeliveryResult> offer = _mailbox.OfferAsync(envelope, cancellationToken);
        if (!offer.IsCompletedSuccessfully)
        {
            return WakeAfterAsync(offer);
        }

        DeliveryResult result = offer.Result;
        if (result == DeliveryResult.Accepted)
        {
            _loop.Wake();
        }

        return ValueTask.FromResult(result);
    }

    public void SendSystem(SystemMessage message)
    {
        _lane.Add(message);
        if (_phase == CellPhase.Ended)
        {
            AnswerAfterEnd();
        }
        else
        {
            _loop.Wake();
        }
    }

    /// <summary>Most mailboxes are of one kind: asked for by name, the call goes straight there.</summary>
    private DeliveryResult Put(in Envelope envelope) => _mailbox is BatchMailbox mailbox ? mailbox.Offer(envelope) : _mailbox.Offer(envelope);

    private async ValueTask<DeliveryResult> WakeAfterAsync(ValueTask<DeliveryResult> offer)
    {
        DeliveryResult result = await offer;
        if (result == DeliveryResult.Accepted)
        {
            _loop.Wake();
        }

        return result;
    }
}
