using System.IO.Pipelines;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>Reads of what has arrived, which a test can hold back.</summary>
public sealed class FreezableReader(Func<PipeReader> inner) : PipeReader
{
    private volatile TaskCompletionSource? _frozen;

    public void Freeze() => _frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw()
    {
        _frozen?.TrySetResult();
        _frozen = null;
    }

    /// <summary>The connection is broken: what was held back never arrives, nor does what a read that has not ended yet brings.</summary>
    public void Break() => _frozen?.TrySetException(new IOException("The connection was broken while nothing arrived on it."));

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult result = await inner().ReadAsync(cancellationToken);
        if (_frozen is { } frozen)
        {
            await frozen.Task.WaitAsync(cancellationToken);
        }

        return result;
    }

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException("Remoting awaits its reads.");

    public override void AdvanceTo(SequencePosition consumed) => inner().AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner().AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner().CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner().Complete(exception);
}
