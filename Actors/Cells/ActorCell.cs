using System.Collections.Concurrent;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Supervision;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Cells;

/// <summary>An actor's lasting part: identity, two lanes, and the loop that drains them. Instances come and go inside it.</summary>
/// <remarks>
/// Invariant: everything without a lock of its own is touched only by the loop that owns the cell. <see cref="_sync"/> guards the
/// children, because top actors are spawned from any thread, and the passing of the cell from one loop to another.
/// </remarks>
internal sealed partial class ActorCell
{
    private readonly Lock _sync = new();
    private readonly ConcurrentQueue<SystemMessage> _system = new();
    private readonly Mailbox _mailbox;
    private readonly Props _props;
    private readonly Dictionary<string, Child> _children = [];
    private readonly HashSet<ActorRef> _watchers = [];
    private readonly HashSet<ActorRef> _watching = [];
    private readonly Queue<SystemMessage> _deferred = new();
    private readonly RestartWindow _restartWindow = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile DrainLoop _loop;
    private volatile Activation? _activation;
    private volatile CellPhase _phase = CellPhase.New;
    private Exception? _restartReason;
    private long _handled;

    public ActorCell(ActorSystem system, ActorCell? parent, Props props, ActorPath path)
    {
        System = system;
        Parent = parent;
        _props = props;
        Scheduler = props.Scheduler ?? system.Scheduler;
        Self = new LocalActorRef(this, path);
        Log = system.CreateLogger(path.Name);
        _mailbox = new ChannelMailbox(props.Mailbox, dropped => System.DeadLetters.Publish(Self, dropped, DeadLetterReason.DroppedOldest));
        _loop = new DrainLoop(this);
    }

    public ActorSystem System { get; }

    public ActorCell? Parent { get; }

    public bool IsRoot => Parent is null;

    public LocalActorRef Self { get; }

    public ActorScheduler Scheduler { get; }

    public ILogger Log { get; }

    /// <summary>Completes when the actor has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Messages handled so far; read from outside to tell a busy actor from one that hangs.</summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>Messages waiting in the mailbox.</summary>
    public int Queued => _mailbox.Count;

    public DeliveryResult Offer(in Envelope envelope)
    {
        DeliveryResult result = _mailbox.Offer(envelope);
        if (result == DeliveryResult.Accepted)
        {
            _loop.Wake();
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
        _system.Enqueue(message);
        if (_phase == CellPhase.Ended)
        {
            AnswerAfterEnd();
        }
        else
        {
            _loop.Wake();
        }
    }

    /// <summary>Drains both lanes until they are empty or the turn is over. System messages come first, always.</summary>
    public async Task RunAsync(DrainLoop loop)
    {
        for (int turn = Scheduler.Throughput; turn > 0; turn--)
        {
            ValueTask handling;
            loop.InHandler = true;
            if (_system.TryDequeue(out SystemMessage? message))
            {
                handling = HandleSystemAsync(message);
            }
            else if (_phase == CellPhase.Running && _mailbox.TryTake(out Envelope envelope))
            {
                handling = HandleUser(envelope);
            }
            else
            {
                loop.InHandler = false;
                RestUnlessThereIsWork(loop);
                return;
            }

            if (!handling.IsCompletedSuccessfully)
            {
                await handling;
            }

            loop.InHandler = false;
            if ((loop.Doubted && HasLost(loop)) || _phase == CellPhase.Ended)
            {
                return;
            }
        }

        loop.Yield();
    }

    /// <summary>If the actor is stuck in user code, gives the cell to a new loop and leaves the stuck one behind.</summary>
    /// <remarks>
    /// The loop writes <c>InHandler = false</c> and then reads <c>Doubted</c>; this writes <c>Doubted</c> and then reads
    /// <c>InHandler</c>. With the barrier between, at least one of the two sees the other's write, so the loop never goes on with a
    /// cell that was taken from it.
    /// </remarks>
    public void TakeOverIfHung()
    {
        Activation? abandoned = null;
        bool wasStopping = false;
        lock (_sync)
        {
            DrainLoop loop = _loop;
            loop.Doubted = true;
            Interlocked.MemoryBarrierProcessWide();
            if (loop.InHandler)
            {
                loop.HandedOver = true;
                abandoned = _activation;
                abandoned?.MarkReplaced();
                _loop = new DrainLoop(this);

                // A hook may be what hangs. The new loop then begins the restart or the stop again, without the stuck instance's hooks.
                wasStopping = _phase == CellPhase.Stopping;
                _phase = _phase is CellPhase.Restarting or CellPhase.Stopping ? CellPhase.Suspended : _phase;
                Diagnostics.Log.Abandoned(Log, Self.Path);
            }
            else
            {
                loop.Doubted = false;
            }
        }

        if (wasStopping)
        {
            SendSystem(new SystemMessage.Stop());
        }

        // Outside the lock: this runs callbacks of the stuck handler, which may well be what frees it.
        abandoned?.CancelStopping();
        _loop.Wake();
    }

    private bool HasLost(DrainLoop loop)
    {
        lock (_sync)
        {
            return loop.HandedOver;
        }
    }

    private void RestUnlessThereIsWork(DrainLoop loop)
    {
        loop.Rest();
        if (!_system.IsEmpty || (_phase == CellPhase.Running && _mailbox.Count > 0))
        {
            loop.Wake();
        }
    }

    private async ValueTask<DeliveryResult> WakeAfterAsync(ValueTask<DeliveryResult> offer)
    {
        DeliveryResult result = await offer;
        if (result == DeliveryResult.Accepted)
        {
            _loop.Wake();
        }

        return result;
    }

    /// <summary>Handles a message of the mailbox.</summary>
    private ValueTask HandleUser(in Envelope envelope)
    {
        _handled++;
        object message = envelope.Message;
        if (message is HealthPing)
        {
            AnswerPing(envelope);
            return ValueTask.CompletedTask;
        }

        if (message is PoisonPill)
        {
            return StopAsync();
        }

        return Invoke(envelope);
    }

    /// <summary>Send middleware is user code; what it throws must not end the loop.</summary>
    private void AnswerPing(in Envelope ping)
    {
        try
        {
            ping.Sender?.Tell(new HealthAck(Self), Self);
        }
        catch (Exception e)
        {
            OnHandlerFailed(_activation!, ping, e);
        }
    }

    /// <summary>Runs the behaviour. What it throws becomes a failure of this actor.</summary>
    private ValueTask Invoke(in Envelope envelope)
    {
        Activation activation = _activation!;
        activation.Context.SetCurrent(envelope);
        try
        {
            ValueTask handling = activation.Receive(activation.Context, envelope);
            if (!handling.IsCompletedSuccessfully)
            {
                return InvokeSlowAsync(activation, handling, envelope);
            }

            // A pooled source behind a completed ValueTask goes back to its pool only when its result is taken.
            handling.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            OnHandlerFailed(activation, envelope, e);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Makes a message of what work brought back, and runs the behaviour.</summary>
    private ValueTask InvokeOutcome(Func<object> outcome)
    {
        object message;
        try
        {
            message = outcome() ?? throw new InvalidOperationException($"{Self} made no message of what its work brought back.");
        }
        catch (Exception e)
        {
            OnHandlerFailed(_activation!, default, e);
            return ValueTask.CompletedTask;
        }

        return Invoke(new Envelope(message, Self));
    }

    private async ValueTask InvokeSlowAsync(Activation activation, ValueTask handling, Envelope envelope)
    {
        try
        {
            await handling;
        }
        catch (Exception e)
        {
            OnHandlerFailed(activation, envelope, e);
        }
    }

    private void OnHandlerFailed(Activation activation, in Envelope envelope, Exception failure)
    {
        envelope.Sender?.FailQuestion(new AskFailedException($"{Self} failed while handling {envelope.Message.GetType().Name}: {failure.Message}", failure));
        if (activation.IsReplaced)
        {
            Diagnostics.Log.AbandonedFailed(Log, Self.Path, failure);
        }
        else
        {
            Fail(failure);
        }
    }
}
