namespace FedActors.Actors.Scheduling;

/// <summary>Turns that follow each other on one thread: what became due there runs there, one behind the other, instead of as a work item of the pool each.</summary>
/// <remarks>
/// <para>Each turn begins on the thread's empty stack, so under nobody's lock, and with the execution context that the thread began with.
/// Only the thread puts turns in and takes them out. Another takes them away, once a turn does not come to an end: see
/// <see cref="Spread"/>. What does not fit goes to the pool, and so does all that is left when the line has lasted for a while.</para>
/// <para>Who takes a turn does so by an interlocked exchange, so that it runs once. Putting has no fence: whoever spreads says so first,
/// has all threads pass a fence, and then looks for turns, and the thread looks for that word after it has put one. One of the two sees
/// the other.</para>
/// </remarks>
/// <param name="time">Measures how long the line lasts.</param>
/// <param name="onFailed">Told of what escapes from a turn; the line goes on.</param>
internal sealed class TurnLine(TimeProvider time, Action<Exception> onFailed)
{
    /// <summary>Turns that wait at most: many times what arrives together.</summary>
    public const int Capacity = 1024;

    private const int Mask = Capacity - 1;

    // A look at the clock costs as much as a small turn's tenth.
    private const int TurnsBeforeLook = 8;

    /// <summary>The line lasts for as long at most, and then the pool's threads share in what is left: one that lasts is work for several.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMicroseconds(500);

    private readonly IThreadPoolWorkItem?[] _turns = new IThreadPoolWorkItem?[Capacity];
    private readonly ILineOrigin?[] _origins = new ILineOrigin?[Capacity];
    private int _head;
    private int _tail;
    private long _begun;
    private ILineOrigin? _origin;
    private volatile bool _isRunning;
    private volatile bool _isSpread;

    /// <summary>Whether nothing waits. Asked by its thread.</summary>
    public bool IsEmpty => _head == _tail;

    /// <summary>Whether a turn is running, and what follows from it can be put behind.</summary>
    public bool IsRunning => _isRunning;

    /// <summary>Turns that have begun.</summary>
    public long Begun => Volatile.Read(ref _begun);

    /// <summary>Whether what waited here was given to the pool, as will be all that comes.</summary>
    public bool IsSpread => _isSpread;

    /// <summary>Puts a turn at the end, on account of the present one. Called by its thread.</summary>
    /// <returns>False if it is for the pool.</returns>
    public bool TryAdd(IThreadPoolWorkItem turn) => TryAdd(turn, _origin);

    /// <summary>Puts a turn at the end. Called by its thread.</summary>
    /// <returns>False if it is for the pool.</returns>
    public bool TryAdd(IThreadPoolWorkItem turn, ILineOrigin? origin)
    {
        if (_isSpread || _tail - _head == Capacity)
        {
            return false;
        }

        int place = _tail & Mask;
        _origins[place] = origin;
        Volatile.Write(ref _turns[place], turn);
        _tail++;

        // Whoever spreads may have looked here just before. If it has the turn, it goes to the pool there.
        return !_isSpread || Interlocked.Exchange(ref _turns[place], null) is null;
    }

    /// <summary>Runs turns until none is left, or for as long as a line may last. Called by its thread, on its empty stack.</summary>
    public void Run()
    {
        ExecutionContext? clean = ExecutionContext.Capture();
        long since = time.GetTimestamp();
        int turns = 0;
        _isRunning = true;
        while (_head != _tail)
        {
            int place = _head & Mask;
            IThreadPoolWorkItem? turn = Interlocked.Exchange(ref _turns[place], null);
            _origin = _origins[place];
            _origins[place] = null;
            _head++;
            if (turn is null)
            {
                continue;
            }

            Volatile.Write(ref _begun, _begun + 1);
            Run(turn, clean);
            if (_isSpread || (++turns % TurnsBeforeLook == 0 && time.GetElapsedTime(since) > Longest))
            {
                GiveRestToPool();
            }
        }

        _origin = null;
        _isRunning = false;
    }

    /// <summary>Gives to the pool what waits and what is still put. Called by another thread, once and for all.</summary>
    /// <returns>On whose account the present turn runs, if anybody's.</returns>
    public ILineOrigin? Spread()
    {
        _isSpread = true;
        Interlocked.MemoryBarrierProcessWide();
        ILineOrigin? origin = Volatile.Read(ref _origin);
        int first = Volatile.Read(ref _head);
        for (int i = 0; i < Capacity; i++)
        {
            GiveToPool(ref _turns[(first + i) & Mask]);
        }

        return origin;
    }

    private void Run(IThreadPoolWorkItem turn, ExecutionContext? clean)
    {
        try
        {
            turn.Execute();
        }
        catch (Exception e)
        {
            onFailed(e);
        }

        // As the pool does it: nothing that one turn leaves behind on the thread is seen by the next.
        if (clean is not null)
        {
            ExecutionContext.Restore(clean);
        }

        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private void GiveRestToPool()
    {
        for (; _head != _tail; _head++)
        {
            _origins[_head & Mask] = null;
            GiveToPool(ref _turns[_head & Mask]);
        }
    }

    private static void GiveToPool(ref IThreadPoolWorkItem? place)
    {
        if (Interlocked.Exchange(ref place, null) is { } turn)
        {
            ThreadPool.UnsafeQueueUserWorkItem(turn, preferLocal: false);
        }
    }
}
