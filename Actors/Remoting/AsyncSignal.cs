using System.Threading.Tasks.Sources;
using FedActors.Actors.Scheduling;

namespace FedActors.Actors.Remoting;

/// <summary>Wakes one waiter; signals that come while nobody waits count as one. Waiting allocates nothing.</summary>
internal sealed class AsyncSignal : IValueTaskSource, ITurn
{
    private const int Quiet = 0;
    private const int Signalled = 1;
    private const int Awaited = 2;

    private ManualResetValueTaskSourceCore<bool> _waiter;
    private int _state;

    // A waiter of the pool goes on behind what waits there already, or behind the present turn if nothing does: what those do is then sent along. One that has a thread of its own is told there at once.
    private bool _isPooled;

    /// <param name="isAwaited">Whether whoever calls is about to wait for the waiter.</param>
    public void Set(bool isAwaited)
    {
        int state = Interlocked.CompareExchange(ref _state, Signalled, Quiet);
        if (state == Awaited && Interlocked.CompareExchange(ref _state, Quiet, Awaited) == Awaited)
        {
            if (_isPooled)
            {
                ThreadPoolScheduler.Instance.ScheduleBehind(this, isAwaited);
            }
            else
            {
                _waiter.SetResult(true);
            }
        }
    }

    /// <summary>Only one may wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Quiet, Signalled) == Signalled)
        {
            return ValueTask.CompletedTask;
        }

        _waiter.Reset();
        _isPooled = SynchronizationContext.Current is null;
        if (Interlocked.CompareExchange(ref _state, Awaited, Quiet) == Quiet)
        {
            return new ValueTask(this, _waiter.Version);
        }

        // Signalled in between. A plain write could become visible only after the waiter has looked for what there is to do; who brings
        // more in that moment would find the signal given already, and the waiter would wait again without having seen it.
        Interlocked.Exchange(ref _state, Quiet);
        return ValueTask.CompletedTask;
    }

    void IThreadPoolWorkItem.Execute() => ThreadPoolScheduler.Instance.Run(this);

    void ITurn.Run(ThreadTurns? turns) => _waiter.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);
}
