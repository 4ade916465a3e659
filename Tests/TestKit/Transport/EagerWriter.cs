using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Remoting.Frames;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>Takes all at once.</summary>
internal sealed class EagerWriter(Action flushed) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Whole frames that were flushed.</summary>
    public int Frames { get; private set; }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _bytes.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _bytes.GetSpan(sizeHint);

    public override void Advance(int bytes) => _bytes.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ReadOnlySpan<byte> rest = _bytes.WrittenSpan;
        while (FrameCutter.TryCut(ref rest, int.MaxValue, out _))
        {
            Frames++;
        }

        _bytes.Clear();
        flushed();
        return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: false));
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
