using System.IO.Pipelines;

namespace FedActors.Actors.Transport.Memory;

/// <summary>Reads until the link breaks.</summary>
internal sealed class LinkReader(MemoryLink link, PipeReader inner) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        link.ThrowIfBroken();
        ReadResult result = await inner.ReadAsync(cancellationToken);
        link.ThrowIfBroken();
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        link.ThrowIfBroken();
        return inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}
