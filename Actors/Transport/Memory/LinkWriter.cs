using System.IO.Pipelines;

namespace FedActors.Actors.Transport.Memory;

/// <summary>Writes until the link breaks or the other end stops reading.</summary>
internal sealed class LinkWriter(MemoryLink link, PipeWriter inner) : PipeWriter
{
    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        Check(await inner.FlushAsync(cancellationToken));

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        Check(await inner.WriteAsync(source, cancellationToken));

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private FlushResult Check(FlushResult result)
    {
        link.ThrowIfBroken();
        return result.IsCompleted ? throw new IOException("The other end has closed the connection.") : result;
    }
}
