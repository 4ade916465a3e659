using System.Runtime.CompilerServices;
using FedActors.Actors.Cells;
using FedActors.Actors.Scheduling;

namespace FedActors.Actors;

/// <summary>The sender of a question: takes one answer, or fails when its deadline passes.</summary>
internal abstract class PromiseRef(ActorSystem system) : ActorRef(system)
{
    /// <summary>Names under which promises can be reached from other nodes begin so.</summary>
    public const string NamePrefix = "$ask-";

    private int _settled;

    /// <summary>Whether it has its answer, or has failed. <see cref="DeadlineLane"/> then lets go of it, sooner or later.</summary>
    public bool IsSettled => Volatile.Read(ref _settled) != 0;

    /// <summary>The promise's number on its node, under which it can be reached from other nodes from now on.</summary>
    public abstract long Uid { get; }

    /// <summary>The number if it has one, or 0.</summary>
    public abstract long KnownUid { get; }

    /// <summary>A promise's path, made of its number.</summary>
    public static ActorPath PathOf(string node, long uid) => new(node, $"{NamePrefix}{uid}", uid);

    /// <summary>Its time is up.</summary>
    public abstract void OnDeadline();

    /// <summary>Of all who would settle it one succeeds.</summary>
    protected bool Settle() => Interlocked.Exchange(ref _settled, 1) == 0;
}

/// <inheritdoc/>
internal sealed class PromiseRef<T> : PromiseRef, ITurn
{
    private readonly ActorRef _asked;
    private readonly Type _question;
    private readonly DeadlineLane _lane;
    private TaskCompletionSource<T>? _posted;
    private AsyncTaskMethodBuilder<T> _pooled;
    private Cancelling? _cancelling;
    private T? _result;
    private Exception? _failure;
    private long _uid;

    public PromiseRef(ActorSystem system, ActorRef asked, Type question, TimeSpan timeout)
        : base(system)
    {
        // On the pool the promise itself is the work that lets who asked go on. Another scheduler's thread completes it at once, so that nothing leaves that thread.
        _posted = system.Scheduler.IsPool ? null : new(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked = asked;
        _question = question;
        _lane = system.Deadlines.LaneFor(timeout);
    }

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
            if (IsSettled)
            {
                System.RemovePromise(uid, this);
            }

            return uid;
        }
    }

    public override long KnownUid => Volatile.Read(ref _uid);

    void ITurn.Run(ThreadTurns? turns) => CompleteHere();

    void IThreadPoolWorkItem.Execute() => System.Scheduler.Run(this);

    /// <summary>Begins to wait, before the question is sent. Called once.</summary>
    /// <param name="cancellationToken">Gives up early.</param>
    /// <returns>The answer. Only who asked keeps it: the lane may keep the promise for a while.</returns>
    public Task<T> Begin(CancellationToken cancellationToken)
    {
        // The builder makes a task that needs no source beside it, and makes it here, before others can ask for it.
        Task<T> answer = _posted is null ? _pooled.Task : _posted.Task;
        if (cancellationToken.CanBeCanceled)
        {
            _cancelling = new Cancelling(cancellationToken);
            _cancelling.Registration = cancellationToken.UnsafeRegister(static state => ((PromiseRef<T>)state!).OnCancelled(), this);
        }

        // Last: a deadline may pass before this returns, and what it settles must be whole by then.
        _lane.Enter(this);
        if (IsSettled)
        {
            _lane.Leave();
        }

        return answer;
    }

    /// <summary>Nobody awaits the answer any more.</summary>
    public void Abandon() => TrySettle();

    internal override bool AsksQuestion => true;

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
        if (!Settle())
        {
            return false;
        }

        _lane.Leave();
        _cancelling?.Registration.Unregister();
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
            Fail(new OperationCanceledException(_cancelling!.Token));
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
        // The lane may keep the promise for a while. It keeps neither the answer, nor the failure, nor who waits for it.
        TaskCompletionSource<T>? posted = _posted;
        AsyncTaskMethodBuilder<T> pooled = _pooled;
        T? result = _result;
        Exception? failure = _failure;
        _posted = null;
        _pooled = default;
        _result = default;
        _failure = null;
        switch (failure)
        {
            case null when posted is null:
                pooled.SetResult(result!);
                break;
            case null:
                posted.SetResult(result!);
                break;
            case not null when posted is null:
                pooled.SetException(failure);
                break;
            case OperationCanceledException:
                posted.SetCanceled(_cancelling!.Token);
                break;
            default:
                posted.SetException(failure);
                break;
        }
    }

    /// <summary>What only a question that can be cancelled needs.</summary>
    private sealed class Cancelling(CancellationToken token)
    {
        public CancellationToken Token => token;

        public CancellationTokenRegistration Registration { get; set; }
    }
}
