using System.IO.Pipelines;

namespace FedActors.Actors.Transport.Memory;

/// <summary>What the two ends share: whether the connection is broken.</summary>
/// <remarks>
/// A pipe may be completed only by its own reader or writer. So breaking wakes all four with a cancellation, which is allowed from
/// any thread, and each notices the flag by itself.
/// </remarks>
internal sealed class MemoryLink(Pipe there, Pipe back)
{
    private volatile bool _broken;

    public void Break()
    {
        _broken = true;
        there.Reader.CancelPendingRead();
        back.Reader.CancelPendingRead();
        there.Writer.CancelPendingFlush();
        back.Writer.CancelPendingFlush();
    }

    public void ThrowIfBroken()
    {
        if (_broken)
        {
            throw new IOException("The connection was broken.");
        }
    }
}
