using System.Threading.Tasks.Sources;

namespace FedActors.Actors.Remoting;

/// <summary>Wakes one waiter; signals that come while nobody waits count as one. Waiting allocates nothing.</summary>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Quiet = 0;
    private const int Signalled = 1;
    private const int Awaited = 2;

    // The waiter goes on in the thread's own queue: behind what the signalling thread is doing, before anything else.
    private ManualResetValueTaskSourceCore<bool> _waiter = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Set()
    {
        int state = Interlocked.CompareExchange(ref _state, Signalled, Quiet);
        if (state == Awaited && Interlocked.CompareExchange(ref _state, Quiet, Awaited) == Awaited)
        {
            _waiter.SetResult(true);
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
        if (Interlocked.CompareExchange(ref _state, Awaited, Quiet) == Quiet)
        {
            return new ValueTask(this, _waiter.Version);
        }

        // Signalled in between.
        Volatile.Write(ref _state, Quiet);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _waiter.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _waiter.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiter.OnCompleted(continuation, state, token, flags);
}
