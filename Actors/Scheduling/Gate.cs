namespace FedActors.Actors.Scheduling;

/// <summary>Lets one thread in at a time, for a few instructions: one interlocked operation to enter, which is a full fence, and a plain write to leave.</summary>
/// <remarks>Waiting for it by spinning is cheaper than a lock that can put a thread to sleep. Nothing inside may call foreign code. A field of this type is never copied.</remarks>
internal struct Gate
{
    private int _held;

    /// <summary>Whether somebody is inside. What those who have left wrote there is seen.</summary>
    public readonly bool IsHeld => Volatile.Read(in _held) != 0;

    /// <summary>Enters, waiting for whoever is inside.</summary>
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            Wait();
        }
    }

    /// <summary>Leaves.</summary>
    public void Leave() => Volatile.Write(ref _held, 0);

    private void Wait()
    {
        // After some turns it yields its time slice: whoever is inside may have lost its own.
        SpinWait spin = default;
        do
        {
            spin.SpinOnce();
        }
        while (Volatile.Read(ref _held) != 0 || Interlocked.CompareExchange(ref _held, 1, 0) != 0);
    }
}
