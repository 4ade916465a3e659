using FedActors.Actors.Supervision;

namespace FedActors.Actors.Cells;

/// <summary>What a parent keeps about a child.</summary>
internal sealed class Child(ActorCell cell)
{
    private Backoff? _backoff;
    private ITimer? _timer;

    public ActorCell Cell { get; } = cell;

    public Backoff Backoff => _backoff ??= new Backoff();

    /// <summary>Whether it waits for its restart.</summary>
    public bool IsRestartPending { get; private set; }

    /// <summary>It is held to hang: it hears nothing until its cell is taken from the stuck handler.</summary>
    public bool IsHung { get; set; }

    /// <summary>Its restart is decided.</summary>
    /// <param name="timer">Runs out when it is due, or null if it is due already.</param>
    public void AwaitRestart(ITimer? timer)
    {
        CancelPendingRestart();
        _timer = timer;
        IsRestartPending = true;
    }

    public void CancelPendingRestart()
    {
        _timer?.Dispose();
        _timer = null;
        IsRestartPending = false;
    }
}
