namespace FedActors.Actors.Scheduling;

/// <summary>Lets one thread in at a time, and lets that one in again: one interlocked operation to enter, a plain write to leave. Who waits long sleeps.</summary>
/// <param name="looks">How often who waits looks again, spinning at first and then giving its time slice away, before it sleeps.</param>
/// <param name="sleeps">How often it may be woken and find another inside. After that who leaves keeps the lock for who sleeps.</param>
/// <param name="waits">Where who has slept long finds out whether it does so in vain; null where it sleeps on.</param>
/// <remarks>
/// <para>
/// For what is entered millions of times a second, is left within nanoseconds as a rule, and may run foreign code now and then, for which
/// a <see cref="Gate"/> would not do. A <see cref="Lock"/> does the same and is left by an interlocked operation, which waits until all
/// that was written inside has reached the cache.
/// </para>
/// <para>
/// No wakening is lost, though who leaves passes no fence. It writes that nobody is inside and then looks whether somebody sleeps; the
/// processor may do the second first. Who is about to sleep says so, has all threads of the process pass a fence, and then looks whether
/// somebody is inside. If it finds one, that one's write comes after its fence, and its look after its write, so it sees who sleeps and
/// wakes it. Both accesses are volatile, so the compiler keeps them in their order, and all else relies on is that entering is a full
/// fence and leaving a release, on any processor: who enters sees all that was written inside before.
/// </para>
/// <para>
/// Nobody waits for ever while others come and go. Who has been woken in vain often enough demands the lock, and who leaves then does not
/// free it but keeps it for those who sleep, so that nobody who comes by takes it. Only who is inside keeps it, and a demand is taken
/// back only by who is inside, so it is never kept for nobody. Who waits in vain takes its demand back outside, while who is inside waits
/// for it. Should that one find out at the same moment, and leave, it may keep the lock for nobody, and its wakening then lets in the next
/// who comes to sleep.
/// </para>
/// </remarks>
internal sealed class OwnedLock(int looks = OwnedLock.DefaultLooks, int sleeps = OwnedLock.DefaultSleeps, LongWaits? waits = null)
{
    /// <summary>Some 0.1 ms on a core that nobody else wants, about what it costs to put a thread to sleep and wake it; elsewhere others work meanwhile. Who is inside may have lost its core for longer; then sleeping is right.</summary>
    public const int DefaultLooks = 200;

    /// <summary>Few enough that who waits is late by some wakenings at most once it sleeps; not the first, since a lock that is handed from sleeper to sleeper is slow for all.</summary>
    public const int DefaultSleeps = 4;

    private const int Free = 0;

    // No thread has it. For those who sleep alone.
    private const int Kept = -1;

    // The thread that is inside.
    private int _owner;

    // How often it has entered again. Its own.
    private int _again;

    private int _sleepers;
    private int _demands;
    private AutoResetEvent? _wake;

    /// <summary>Threads that sleep, or are about to.</summary>
    public int Sleepers => Volatile.Read(ref _sleepers);

    /// <summary>Those among them for whom it is kept.</summary>
    public int Demands => Volatile.Read(ref _demands);

    /// <summary>The thread that is inside, as far as another can know.</summary>
    public int Owner => Volatile.Read(ref _owner);

    /// <summary>Whether who is inside passes on what the lock guards, and can break off nothing of that: of two who wait for each other the other one is refused. Said inside.</summary>
    public bool IsPassedOn { get; set; }

    /// <summary>Enters, waiting for whoever is inside. What is returned leaves when it is disposed of.</summary>
    /// <exception cref="InvalidOperationException">Who is inside waits for a lock that this thread is inside of.</exception>
    public Scope Enter()
    {
        int thread = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _owner, thread, Free) != Free)
        {
            EnterAgainOrWait(thread);
        }

        return new Scope(this, thread);
    }

    private void Leave(int thread)
    {
        if (_owner != thread)
        {
            ThrowNotInside();
        }

        if ((_again | Volatile.Read(ref _demands)) != 0)
        {
            LeaveOnceOrKeep();
            return;
        }

        Volatile.Write(ref _owner, Free);

        // No fence between: see above.
        if (Volatile.Read(ref _sleepers) != 0)
        {
            _wake!.Set();
        }
    }

    private void LeaveOnceOrKeep()
    {
        if (_again > 0)
        {
            _again--;
            return;
        }

        Volatile.Write(ref _owner, Kept);
        _wake!.Set();
    }

    private void EnterAgainOrWait(int thread)
    {
        // Only this thread writes its own number there.
        if (Volatile.Read(ref _owner) == thread)
        {
            _again++;
        }
        else if (!TryLook(thread))
        {
            Sleep(thread);
        }
    }

    /// <summary>Waits awake, for a while.</summary>
    private bool TryLook(int thread)
    {
        SpinWait spin = default;
        for (int i = 0; i < looks; i++)
        {
            // Never for a millisecond, as it would after twenty yields: whoever is inside may have lost its core, and is back long before.
            spin.SpinOnce(sleep1Threshold: -1);
            if (Volatile.Read(ref _owner) == Free && Interlocked.CompareExchange(ref _owner, thread, Free) == Free)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits asleep.</summary>
    /// <remarks>Who is woken and does not get in sleeps again, and is woken again by who is inside. The event wakes one for each who leaves, and one later if nobody sleeps yet.</remarks>
    private void Sleep(int thread)
    {
        AutoResetEvent wake = _wake ?? MakeEvent();
        Interlocked.Increment(ref _sleepers);
        Interlocked.MemoryBarrierProcessWide();
        bool isInterrupted = false;
        bool isLong = false;
        bool isInVain = false;
        int woken = 0;
        while (!isInVain && !TryTake(thread, isWoken: woken > 0))
        {
            if (woken++ == sleeps)
            {
                Interlocked.Increment(ref _demands);
            }

            if (!TryWait(wake, ref isInterrupted))
            {
                isLong = true;
                isInVain = waits!.IsInVain(thread, this);
            }
        }

        if (woken > sleeps)
        {
            Interlocked.Decrement(ref _demands);
        }

        Interlocked.Decrement(ref _sleepers);
        if (isLong)
        {
            waits!.End(thread);
        }

        if (isInterrupted)
        {
            Thread.CurrentThread.Interrupt();
        }

        if (isInVain)
        {
            throw waits!.Refuse();
        }
    }

    /// <summary>Enters if nobody is inside; what is kept for who sleeps, if it has slept.</summary>
    private bool TryTake(int thread, bool isWoken)
    {
        int owner = Volatile.Read(ref _owner);
        return (owner == Free || (owner == Kept && isWoken)) && Interlocked.CompareExchange(ref _owner, thread, owner) == owner;
    }

    /// <summary>Sleeps until it is woken, or somebody interrupts the thread. That is for what it waits for elsewhere: here it would leave behind who is never woken.</summary>
    /// <returns>False if it has slept long.</returns>
    private bool TryWait(AutoResetEvent wake, ref bool isInterrupted)
    {
        try
        {
            return wake.WaitOne(waits?.Patience ?? Timeout.InfiniteTimeSpan);
        }
        catch (ThreadInterruptedException)
        {
            return isInterrupted = true;
        }
    }

    private AutoResetEvent MakeEvent()
    {
        var made = new AutoResetEvent(false);
        if (Interlocked.CompareExchange(ref _wake, made, null) is { } other)
        {
            made.Dispose();
            return other;
        }

        return made;
    }

    private static void ThrowNotInside() => throw new SynchronizationLockException("Only the thread that is inside leaves, and once for each time that it entered.");

    /// <summary>A stay inside. Never copied.</summary>
    public readonly ref struct Scope
    {
        private readonly OwnedLock _lock;
        private readonly int _thread;

        internal Scope(OwnedLock inside, int thread)
        {
            _lock = inside;
            _thread = thread;
        }

        /// <summary>Leaves.</summary>
        /// <exception cref="SynchronizationLockException">The thread is not inside.</exception>
        public void Dispose() => _lock.Leave(_thread);
    }
}
