using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Network;

/// <summary>What has arrived at one end of a connection and was not read yet, in one piece, as a socket would give it. It can be read until the connection breaks.</summary>
/// <remarks>
/// As a pipe without bounds would be, with one read at a time: a campaign reads so often that a pipe, and a task around each of its reads,
/// would be a noticeable part of all that it does.
/// </remarks>
/// <param name="connection">The end.</param>
/// <param name="sync">Keeps its threads apart; null where there is one.</param>
internal sealed class SimulatedReader(SimulatedConnection connection, Lock? sync) : PipeReader, IValueTaskSource<ReadResult>
{
    private const int InitialBytes = 256;

    private ManualResetValueTaskSourceCore<bool> _reading = new() { RunContinuationsAsynchronously = connection.Process is null };
    private CancellationTokenRegistration _following;
    private CancellationToken _followed;
    private byte[] _bytes = [];
    private int _start;
    private int _examined;
    private int _end;
    private bool _isLent;
    private bool _waits;
    private bool _isFinished;
    private bool _isInterrupted;
    private bool _isCancelled;
    private bool _isComplete;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (connection.FindFault() is { } fault)
        {
            return ValueTask.FromException<ReadResult>(fault);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        bool isFollowed;
        using (sync.EnterIfAny())
        {
            if (TryTake(out ReadResult result))
            {
                return new ValueTask<ReadResult>(result);
            }

            _reading.Reset();
            _waits = true;
            isFollowed = cancellationToken == _followed;
            _followed = cancellationToken;
        }

        var reading = new ValueTask<ReadResult>(this, _reading.Version);
        Follow(cancellationToken, isFollowed);
        return reading;
    }

    public override bool TryRead(out ReadResult result)
    {
        if (connection.FindFault() is { } fault)
        {
            throw fault;
        }

        using (sync.EnterIfAny())
        {
            return TryTake(out result);
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        int read;
        using (sync.EnterIfAny())
        {
            // What is lent is one array, in which positions are indices; bytes that have arrived meanwhile changed none of them.
            read = consumed.GetInteger() - _start;
            _start = consumed.GetInteger();
            _examined = examined.GetInteger();
            _isLent = false;
            if (_start == _end)
            {
                GiveBack();
            }
        }

        connection.OnRead(read);
    }

    public override void CancelPendingRead()
    {
        bool wakes;
        using (sync.EnterIfAny())
        {
            _isInterrupted = true;
            wakes = TakeWaiting();
        }

        WakeIf(wakes);
    }

    public override void Complete(Exception? exception = null)
    {
        _following.Unregister();
        using (sync.EnterIfAny())
        {
            _isComplete = true;
            if (!_isLent)
            {
                GiveBack();
            }
        }
    }

    /// <summary>Bytes have arrived.</summary>
    /// <returns>Whether a read waits for them: the caller calls <see cref="Resume"/>.</returns>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        using (sync.EnterIfAny())
        {
            if (_isFinished || _isComplete)
            {
                return false;
            }

            MakeRoom(bytes.Length);
            bytes.CopyTo(_bytes.AsSpan(_end));
            _end += bytes.Length;
            return TakeWaiting();
        }
    }

    /// <summary>Nothing more arrives.</summary>
    public void Finish()
    {
        bool wakes;
        using (sync.EnterIfAny())
        {
            _isFinished = true;
            wakes = TakeWaiting();
        }

        WakeIf(wakes);
    }

    /// <summary>Ends the read that has waited.</summary>
    public void Resume()
    {
        if (_isCancelled)
        {
            _isCancelled = false;
            _reading.SetException(new OperationCanceledException(_followed));
        }
        else
        {
            _reading.SetResult(true);
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        _reading.GetResult(token);
        if (connection.FindFault() is { } fault)
        {
            throw fault;
        }

        using (sync.EnterIfAny())
        {
            return TryTake(out ReadResult result) ? result : throw new InvalidOperationException("A read was ended without a reason.");
        }
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _reading.GetStatus(token);

    /// <remarks>What follows a read of a process runs as the process in any case, and in the event that ends the read.</remarks>
    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reading.OnCompleted(continuation, state, token, connection.Process is null ? flags : flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    private bool TryTake(out ReadResult result)
    {
        bool isNew = _end > _examined || _isFinished || _isInterrupted;
        result = isNew ? new ReadResult(new ReadOnlySequence<byte>(_bytes, _start, _end - _start), _isInterrupted, _isFinished) : default;
        _isLent |= isNew;
        _isInterrupted &= !isNew;
        return isNew;
    }

    private bool TakeWaiting()
    {
        bool waits = _waits;
        _waits = false;
        return waits;
    }

    private void WakeIf(bool wakes)
    {
        if (wakes)
        {
            connection.WakeSoon();
        }
    }

    /// <summary>Reads of one connection mostly have one token, which is registered with once.</summary>
    private void Follow(CancellationToken cancellationToken, bool isFollowed)
    {
        if (!isFollowed)
        {
            _following.Unregister();
            _following = cancellationToken.UnsafeRegister(static (reader, token) => ((SimulatedReader)reader!).OnCancelled(token), this);
        }
        else if (cancellationToken.IsCancellationRequested)
        {
            // Since it was looked at, and before the read waited.
            OnCancelled(cancellationToken);
        }
    }

    private void OnCancelled(CancellationToken cancelled)
    {
        bool wakes;
        using (sync.EnterIfAny())
        {
            // The token of a read before is nothing to this one, though it may be cancelled just now.
            wakes = cancelled == _followed && TakeWaiting();
            _isCancelled |= wakes;
        }

        WakeIf(wakes);
    }

    private void MakeRoom(int bytes)
    {
        if (_bytes.Length - _end >= bytes)
        {
            return;
        }

        // What is lent stays where it is, and goes to nobody else as long as it is read.
        int first = _isLent ? 0 : _start;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBytes, _end - first + bytes));
        _bytes.AsSpan(first, _end - first).CopyTo(larger);
        if (!_isLent)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        (_bytes, _start, _examined, _end) = (larger, _start - first, _examined - first, _end - first);
    }

    private void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _start, _examined, _end) = ([], 0, 0, 0);
    }
}
