namespace FedActors.Actors.Remoting;

/// <summary>A loop that begins when its owner has been made known, under nobody's lock, and is awaited by who closes the owner.</summary>
/// <remarks>Where everything is there at once, the loop does much of its work within <see cref="Begin"/>: handshakes, events, what a program asks for.</remarks>
internal sealed class ClosableLoop
{
    // What follows runs at once: a task that follows elsewhere would leave a simulated node's thread.
    private readonly TaskCompletionSource<Task> _running = new();
    private readonly Func<Task> _run;
    private bool _begun;

    /// <param name="run">An async method, whose failures are its task's.</param>
    public ClosableLoop(Func<Task> run)
    {
        _run = run;
        Completion = _running.Task.Unwrap();
    }

    /// <summary>Completes as the loop does, or when its end is awaited before it has begun.</summary>
    public Task Completion { get; }

    /// <summary>Begins, unless its end has been awaited already.</summary>
    public void Begin()
    {
        if (!Interlocked.Exchange(ref _begun, true))
        {
            _running.SetResult(_run());
        }
    }

    /// <summary>Awaits the loop, which has been told to end. One that had not begun never does.</summary>
    public Task EndAsync()
    {
        if (!Interlocked.Exchange(ref _begun, true))
        {
            _running.SetResult(Task.CompletedTask);
        }

        return Completion;
    }
}
