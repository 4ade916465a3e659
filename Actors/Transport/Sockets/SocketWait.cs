using System.Threading.Tasks.Sources;
using FedActors.Actors.Scheduling;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>Waits until a socket can be read, or written. One waits at a time, and waiting allocates nothing.</summary>
/// <remarks>
/// <para>An event, a cancellation and the end of the socket may come at once and from different threads. Who clears <see cref="Waiting"/>
/// by an interlocked operation has the wait to himself: he notes its outcome and has it run once, as one work item, and that alone
/// completes it. <see cref="Pending"/> stays set until the outcome was taken, so the source is never begun anew beneath a work item.</para>
/// <para>An event means no more than that it is worth to try again. One that is late, or of another's, costs a try.</para>
/// </remarks>
internal sealed class SocketWait : IValueTaskSource, IThreadPoolWorkItem
{
    // Something happened since somebody waited last: the next to wait tries again at once.
    private const int Ready = 1;
    private const int Waiting = 2;
    private const int Pending = 4;
    private const int Closed = 8;

    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private Outcome _outcome;
    private bool _goesOnHere;
    private int _state;

    private enum Outcome
    {
        Ready,
        Cancelled,
        Closed,
    }

    /// <summary>Waits for the next event, or returns at once if one came since the last wait.</summary>
    /// <param name="goesOnHere">Whether who waits goes on in the line of the thread that learns of the event, instead of on the pool.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The socket was closed.</exception>
    public ValueTask WaitAsync(bool goesOnHere, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if ((state & Closed) != 0)
            {
                throw BrokenOff();
            }

            if ((state & Pending) != 0)
            {
                throw new InvalidOperationException("Somebody waits for the socket already: one reads and one writes at a time.");
            }

            if ((state & Ready) != 0)
            {
                if (Interlocked.CompareExchange(ref _state, state & ~Ready, state) == state)
                {
                    return ValueTask.CompletedTask;
                }

                continue;
            }

            _source.Reset();
            _goesOnHere = goesOnHere;
            if (Interlocked.CompareExchange(ref _state, state | Waiting | Pending, state) == state)
            {
                if (cancellationToken.CanBeCanceled)
                {
                    _cancellation = cancellationToken;
                    _registration = cancellationToken.UnsafeRegister(static wait => ((SocketWait)wait!).Cancel(), this);
                }

                return new ValueTask(this, _source.Version);
            }
        }
    }

    /// <summary>Something happened.</summary>
    /// <param name="line">The line of the thread that calls, or null if nothing may go on there.</param>
    /// <param name="origin">On whose account who waits goes on there.</param>
    public void Signal(TurnLine? line, ILineOrigin origin)
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if ((state & Waiting) != 0)
            {
                if (Interlocked.CompareExchange(ref _state, state & ~Waiting, state) == state)
                {
                    _outcome = Outcome.Ready;
                    if (!_goesOnHere || line?.TryAdd(this, origin) != true)
                    {
                        Post();
                    }

                    return;
                }
            }
            else if ((state & (Ready | Closed)) != 0 || Interlocked.CompareExchange(ref _state, state | Ready, state) == state)
            {
                return;
            }
        }
    }

    /// <summary>Whether somebody waits now.</summary>
    public bool IsAwaited => (Volatile.Read(ref _state) & Waiting) != 0;

    /// <summary>Ends the wait, and all that would follow.</summary>
    public void Close()
    {
        int state;
        do
        {
            state = Volatile.Read(ref _state);
        }
        while (Interlocked.CompareExchange(ref _state, (state & ~Waiting) | Closed, state) != state);
        if ((state & Waiting) != 0)
        {
            _outcome = Outcome.Closed;
            Post();
        }
    }

    void IThreadPoolWorkItem.Execute() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);

        // Waits for a cancellation that runs just now, so that none is left for the next wait.
        _registration.Dispose();
        _registration = default;
        CancellationToken cancellation = _cancellation;
        _cancellation = default;
        Outcome outcome = _outcome;
        Interlocked.And(ref _state, ~Pending);
        switch (outcome)
        {
            case Outcome.Cancelled:
                throw new OperationCanceledException(cancellation);
            case Outcome.Closed:
                throw BrokenOff();
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if ((state & Waiting) == 0)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _state, state & ~Waiting, state) == state)
            {
                _outcome = Outcome.Cancelled;
                Post();
                return;
            }
        }
    }

    /// <summary>Whoever cancels or closes, or learns of events, has other things to do.</summary>
    private void Post() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private static IOException BrokenOff() => new("The connection was broken off.");
}
