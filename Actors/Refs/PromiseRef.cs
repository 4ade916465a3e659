using System.Runtime.CompilerServices;
using FedActors.Actors.Cells;
using FedActors.Actors.Scheduling;

namespace FedActors.Actors;

/// <summary>The sender of a question: takes one answer, or fails when its deadline passes.</summary>
internal abstract class PromiseRef(ActorSystem system) : ActorRef(system)
{
    /// <summary>Names under which promises can be reached from other nodes begin so.</summary>
    public const string NamePrefix = "$ask-";

    /// <summary>When it runs out, as a timestamp of the system's clock. Its place among those that wait equally long is <see cref="DeadlineLane"/>'s.</summary>
    public long DueAt { get; set; }

    /// <summary>Who was asked before it and waits still.</summary>
    public PromiseRef? Older { get; set; }

    /// <summary>Who was asked after it.</summary>
    public PromiseRef? Newer { get; set; }

    /// <summary>Whether it has a place in the lane.</summary>
    public bool IsInLane { get; set; }

    /// <summary>The promise's number on its node, under which it can be reached from other nodes from now on.</summary>
    public abstract long Uid { get; }

    /// <summary>The number if it has one, or 0.</summary>
    public abstract long KnownUid { get; }

    /// <summary>A promise's path, made of its number.</summary>
    public static ActorPath PathOf(string node, long uid) => new(node, $"{NamePrefix}{uid}", uid);

    /// <summary>Its time is up.</summary>
    public abstract void OnDeadline();
}

/// <inheritdoc/>
internal sealed class PromiseRef<T> : PromiseRef, ITurn
{
    private readonly TaskCompletionSource<T>? _posted;
    private readonly ActorRef _asked;
    private readonly Type _question;
    private readonly DeadlineLane _lane;
    private readonly CancellationTokenRegistration _cancellation;
    private readonly CancellationToken _cancellationToken;
    private AsyncTaskMethodBuilder<T> _pooled;
    private T? _result;
    private Exception? _failure;
    private long _uid;
    private int _settled;

    public PromiseRef(ActorSystem system, ActorRef asked, Type question, TimeSpan timeout, CancellationToken cancellationToken)
        : base(system)
    {
        // On the pool the promise itself is the work that lets who asked go on. Another scheduler's thread completes it at once, so that nothing leaves that thread.
        if (system.Scheduler.IsPool)
        {
            // The builder makes a task that needs no source beside it, and makes it here, before others can ask for it.
            _ = _pooled.Task;
        }
        else
        {
            _posted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _asked = asked;
        _question = question;
        _lane = system.Deadlines.LaneFor(timeout);
        _cancellationToken = cancellationToken;
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static state => ((PromiseRef<T>)state!).OnCancelled(), this);
        }

        // Last: a deadline may pass before this constructor returns, and what it settles must be whole by then.
        _lane.Enter(this);
        if (Volatile.Read(ref _settled) != 0)
        {
            _lane.Leave(this);
        }
    }

    public Task<T> Answer => _posted is null ? _pooled.Task : _posted.Task;

    public override ActorPath Path => PathOf(System.Node, Uid);

    /// <summary>A promise is entered in the node's table only when somebody needs its number, which is when it is sent to another node.</summary>
    public override long Uid
    {
        get
        {
            if (KnownUid is not 0 and var known)
            {
                return known;
            }

            long uid = System.EnterPromise(this);
            long first = Interlocked.CompareExchange(ref _uid, uid, 0);
            if (first != 0)
            {
                System.RemovePromise(uid, this);
                return first;
            }

            // Settling sets its mark and then looks for a number: with a fence on either side one of the two sees the other.
            if (Volatile.Read(ref _settled) != 0)
            {
                System.RemovePromise(uid, this);
            }

            return uid;
        }
    }

    public override long KnownUid => Volatile.Read(ref _uid);

    void ITurn.Run(ThreadTurns? turns) => CompleteHere();

    void IThreadPoolWorkItem.Execute() => System.Scheduler.Run(this);

    /// <summary>Nobody awaits the answer any more.</summary>
    public void Abandon() => TrySettle();

    internal override void FailQuestion(AskFailedException failure)
    {
        if (TrySettle())
        {
            Fail(failure);
        }
    }

    /// <remarks>Many answers may arrive at once: who asked goes on in their order, and what they ask next gathers for one flush. A local actor answers one by one.</remarks>
    internal override DeliveryResult Offer(in Envelope envelope) => Offer(envelope, isAwaited: envelope.Headers is not { Origin: not null });

    internal override DeliveryResult OfferAwaited(in Envelope envelope) => Offer(envelope, isAwaited: true);

    internal override ValueTask<DeliveryResult> OfferAsync(Envelope envelope, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Offer(envelope));

    internal override void SendSystem(SystemMessage message)
    {
        if (message is SystemMessage.Watch watch)
        {
            watch.Watcher.SendSystem(new SystemMessage.WatchedEnded(this, TerminationReason.NotFound));
        }
    }

    private DeliveryResult Offer(in Envelope envelope, bool isAwaited)
    {
        if (!TrySettle())
        {
            return DeliveryResult.NoSuchActor;
        }

        if (envelope.Message is T answer)
        {
            _result = answer;
            Complete(isAwaited);
        }
        else
        {
            Fail(new AskFailedException(
                $"{_asked} answered {_question.Name} with {envelope.Message.GetType().Name}, where {typeof(T).Name} was expected."));
        }

        return DeliveryResult.Accepted;
    }

    private bool TrySettle()
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0)
        {
            return false;
        }

        _lane.Leave(this);
        _cancellation.Unregister();
        long uid = Volatile.Read(ref _uid);
        if (uid != 0)
        {
            System.RemovePromise(uid, this);
        }

        return true;
    }

    public override void OnDeadline()
    {
        if (TrySettle())
        {
            Fail(new TimeoutException($"{_asked} did not answer {_question.Name} within {_lane.Timeout}."));
        }
    }

    private void OnCancelled()
    {
        if (TrySettle())
        {
            Fail(new OperationCanceledException(_cancellationToken));
        }
    }

    private void Fail(Exception failure)
    {
        _failure = failure;
        Complete(isAwaited: true);
    }

    /// <summary>Only who has settled the question calls it.</summary>
    /// <param name="isAwaited">Whether who asked goes on before others that wait.</param>
    private void Complete(bool isAwaited)
    {
        if (_posted is not null)
        {
            CompleteHere();
        }
        else if (isAwaited)
        {
            System.Scheduler.ScheduleAwaited(this);
        }
        else
        {
            System.Scheduler.Yield(this);
        }
    }

    private void CompleteHere()
    {
        switch (_failure)
        {
            case null when _posted is null:
                _pooled.SetResult(_result!);
                break;
            case null:
                _posted.SetResult(_result!);
                break;
            case not null when _posted is null:
                _pooled.SetException(_failure);
                break;
            case OperationCanceledException:
                _posted.SetCanceled(_cancellationToken);
                break;
            default:
                _posted.SetException(_failure);
                break;
        }
    }
}
