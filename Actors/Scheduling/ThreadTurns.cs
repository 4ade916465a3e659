using FedActors.Actors.Cells;

namespace FedActors.Actors.Scheduling;

/// <summary>The turns of one thread of the pool: behind the present one it runs the one that is waited for, without the pool.</summary>
/// <remarks>
/// Who asks is about to wait, and so is, as a rule, an actor that has answered. The turn that is due then runs here as soon as the
/// stack of the present one is empty, so under nobody's lock and as deep as ever. There is one place: who asks several has the pool
/// run all but the last. Who does not come to an end soon has it taken away by the <see cref="TurnWatch"/>.
/// </remarks>
internal sealed class ThreadTurns(ActorScheduler pool, TurnWatch watch)
{
    /// <summary>Turns between two looks whether sockets, timers or other actors wait for a thread, which then get this one: as many as an actor handles messages.</summary>
    private const int TurnsBeforeLook = 256;

    /// <summary>How often a thread goes without, once a turn was taken from it: what a blocked caller costs is then spread over so many.</summary>
    public const int LeastDistrust = 1024;

    /// <summary>As often at most, if that happens again and again: twice as often each time. So many turns that nobody takes away, and it begins anew.</summary>
    public const int MostDistrust = 64 * LeastDistrust;

    private readonly Lock _taking = new();
    private ITurn? _next;
    private long _puts;
    private long _putsSeen;
    private long _putsAtLoss;
    private int _distrust = LeastDistrust;
    private int _distrusted;
    private bool _isOpen;

    // The thread is about to take the turn; the watch is about to take it away. See Take.
    private volatile bool _isTaking;
    private volatile bool _isDoubted;

    /// <summary>Whether the thread is within a turn, so that something can follow it.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The line in which turns follow each other here, or null: then there is one place.</summary>
    public TurnLine? Line { get; set; }

    /// <summary>The loop in whose turn the thread is, or null.</summary>
    public DrainLoop? Running { get; set; }

    /// <summary>Whether the watch looks after it. Guarded by the watch's lock; read without it by the thread: see <see cref="TurnWatch"/>.</summary>
    public volatile bool IsWatched;

    /// <summary>Runs a turn, and what is put behind it.</summary>
    public void Run(ITurn turn)
    {
        if (_isOpen || ExecutionContext.Capture() is not { } clean)
        {
            turn.Run(null);
            return;
        }

        SynchronizationContext? context = SynchronizationContext.Current;
        _isOpen = true;
        try
        {
            turn.Run(this);
            for (int turns = 1; Take() is { } next; turns++)
            {
                if (turns % TurnsBeforeLook == 0 && pool.OthersWait)
                {
                    pool.Yield(next);
                    return;
                }

                // As the pool does it: nothing that one turn leaves behind on the thread is seen by the next.
                ExecutionContext.Restore(clean);
                SynchronizationContext.SetSynchronizationContext(context);
                if (next is DrainLoop loop)
                {
                    // Asked for by name, the call goes straight there.
                    loop.Run(this);
                }
                else
                {
                    next.Run(this);
                }
            }
        }
        finally
        {
            _isOpen = false;
            Release();
        }
    }

    /// <summary>Puts a turn behind the present one. One that is there already goes to the pool.</summary>
    public void Put(ITurn turn)
    {
        if (_distrusted > 0)
        {
            _distrusted--;
            pool.Schedule(turn);
            return;
        }

        Running?.LookUp();
        Volatile.Write(ref _puts, _puts + 1);
        Release();

        // Only this thread fills the place, so it is empty still.
        Volatile.Write(ref _next, turn);

        if (!IsWatched)
        {
            watch.Add(this);
        }
    }

    /// <summary>Gives the turn that was put behind the present one to the pool: this one goes on.</summary>
    public void Release()
    {
        if (Take() is { } next)
        {
            pool.Schedule(next);
        }
    }

    /// <summary>Takes away a turn that has waited since the last look. Called by the watch alone.</summary>
    /// <returns>Whether anything was put since the last look.</returns>
    public bool Look()
    {
        long puts = Volatile.Read(ref _puts);
        bool isUsed = puts != _putsSeen;
        _putsSeen = puts;
        if (!isUsed && TakeAway() is { } stuck)
        {
            _distrust = puts - _putsAtLoss > MostDistrust ? LeastDistrust : _distrust;
            _putsAtLoss = puts;
            Volatile.Write(ref _distrusted, _distrust);
            _distrust = Math.Min(2 * _distrust, MostDistrust);
            pool.Schedule(stuck);
        }

        return isUsed;
    }

    /// <summary>Whether something was put since the last look. Called by the watch alone.</summary>
    public bool IsUsedSince() => Volatile.Read(ref _puts) != _putsSeen;

    /// <remarks>
    /// The thread says that it is taking and then looks for doubt, without a fence, since it does so for each question; the watch
    /// doubts, has all threads pass a fence, and then looks whether the thread is taking. One of the two sees the other: what the thread
    /// is taking the watch leaves to it, and in doubt the thread waits until the watch is done.
    /// </remarks>
    private ITurn? Take()
    {
        if (_next is null)
        {
            return null;
        }

        _isTaking = true;
        ITurn? next = _isDoubted ? TakeInDoubt() : TakeNext();
        _isTaking = false;
        return next;
    }

    private ITurn? TakeInDoubt()
    {
        lock (_taking)
        {
            return TakeNext();
        }
    }

    private ITurn? TakeAway()
    {
        if (Volatile.Read(ref _next) is null)
        {
            return null;
        }

        lock (_taking)
        {
            _isDoubted = true;
            Interlocked.MemoryBarrierProcessWide();

            // In one operation: the thread may have taken the turn before it could see doubt, and put the next one at this moment. To find none and then write none would lose that.
            ITurn? next = _isTaking ? null : Interlocked.Exchange(ref _next, null);
            _isDoubted = false;
            return next;
        }
    }

    private ITurn? TakeNext()
    {
        ITurn? next = _next;
        Volatile.Write(ref _next, null);
        return next;
    }
}
