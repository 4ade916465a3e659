using FedActors.Actors.Supervision;

namespace FedActors.Actors.Cells;

/// <summary>What a parent keeps about a child.</summary>
internal sealed class Child(ActorCell cell)
{
    public ActorCell Cell { get; } = cell;

    public Backoff Backoff { get; } = new();

    /// <summary>Runs out when the child's restart is due; null while none is pending.</summary>
    public ITimer? PendingRestart { get; set; }

    /// <summary>It is held to hang: it hears nothing until its cell is taken from the stuck handler.</summary>
    public bool IsHung { get; set; }

    public void CancelPendingRestart()
    {
        PendingRestart?.Dispose();
        PendingRestart = null;
    }
}
