using System.Buffers;
using System.IO.Pipelines;

namespace FedActors.Simulation.Network;

/// <summary>Gathers bytes and sends them with each flush.</summary>
internal sealed class SimulatedWriter(SimulatedConnection connection) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public override void Advance(int bytes) => _bytes.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _bytes.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _bytes.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        connection.ThrowIfBroken();
        if (_bytes.WrittenCount > 0)
        {
            connection.Send(_bytes.WrittenSpan.ToArray());
            _bytes.ResetWrittenCount();
        }

        return connection.WaitForRoomAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends with its token or its connection.");

    public override void Complete(Exception? exception = null) => connection.FinishAsync();
}
