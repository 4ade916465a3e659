using System.Buffers;
using System.IO.Pipelines;

namespace FedActors.Simulation.Network;

/// <summary>Gathers bytes and sends them with each flush. Between two flushes it holds nothing: there are as many writers as ends of connections.</summary>
internal sealed class SimulatedWriter(SimulatedConnection connection) : PipeWriter
{
    private const int InitialBytes = 256;

    private byte[] _bytes = [];
    private int _written;

    public override void Advance(int bytes) => _written += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_written);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_written);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        connection.ThrowIfBroken();
        if (_written > 0)
        {
            // The array goes along with what it holds.
            connection.Send(_bytes, _written);
            (_bytes, _written) = ([], 0);
        }

        return connection.WaitForRoomAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends with its token or its connection.");

    public override void Complete(Exception? exception = null) => connection.FinishAsync();

    private void Grow(int sizeHint)
    {
        int needed = _written + Math.Max(sizeHint, 1);
        if (_bytes.Length >= needed)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialBytes, Math.Max(needed, 2 * _bytes.Length)));
        _bytes.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
