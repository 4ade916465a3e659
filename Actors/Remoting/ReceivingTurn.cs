using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using FedActors.Actors.Scheduling;

namespace FedActors.Actors.Remoting;

/// <summary>Awaits reads, and has the loop that awaits them go on in a turn of its thread, so that what it wakes can run behind it.</summary>
/// <remarks>The loop awaits its next read at the end of its turn. Whatever runs behind it holds up nobody who says more.</remarks>
internal sealed class ReceivingTurn : ITurn, IValueTaskSource<ReadResult>
{
    private readonly ActorScheduler _scheduler;
    private readonly Action _onRead;
    private ManualResetValueTaskSourceCore<bool> _loop;
    private ValueTaskAwaiter<ReadResult> _reading;

    public ReceivingTurn(ActorScheduler scheduler)
    {
        _scheduler = scheduler;
        _onRead = Execute;
    }

    /// <summary>Awaits a read. One at a time.</summary>
    public ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> reading)
    {
        if (reading.IsCompleted)
        {
            return reading;
        }

        _loop.Reset();
        _reading = reading.GetAwaiter();
        var resumed = new ValueTask<ReadResult>(this, _loop.Version);
        _reading.UnsafeOnCompleted(_onRead);
        return resumed;
    }

    /// <inheritdoc/>
    public void Execute() => _scheduler.Run(this);

    void ITurn.Run(ThreadTurns? turns) => _loop.SetResult(true);

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        _loop.GetResult(token);
        return _reading.GetResult();
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _loop.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _loop.OnCompleted(continuation, state, token, flags);
}
