using System.Buffers;
using System.IO.Pipelines;

namespace FedActors.Simulation.Network;

/// <summary>Reads until the connection breaks, and says how far it has read.</summary>
internal sealed class SimulatedReader(SimulatedConnection connection, PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        connection.ThrowIfUnreadable();
        ReadResult result = await inner.ReadAsync(cancellationToken);
        connection.ThrowIfUnreadable();
        _buffer = result.Buffer;
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        connection.ThrowIfUnreadable();
        bool read = inner.TryRead(out result);
        if (read)
        {
            _buffer = result.Buffer;
        }

        return read;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long read = _buffer.Slice(_buffer.Start, consumed).Length;
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
        connection.OnRead(read);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
