using FedActors.Actors.Scheduling;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>One of a reactor's threads: it stands by, leads, and after it has lost the lead stands by again.</summary>
/// <remarks>
/// Nobody loses the lead while it waits for the sockets, so two never wait at once, and none that waits is forgotten: before it waits a
/// thread changes from <see cref="Working"/> to <see cref="Waiting"/>, and who deposes it from <see cref="Working"/> to
/// <see cref="Deposed"/>, both by an interlocked operation.
/// </remarks>
internal sealed class ReactorThread
{
    /// <summary>How often the one that stands by looks at the one that leads: a turn lasts for one to two of these.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    /// <summary>For so long a thread looks for more without sleeping, after it has gone on with what came. It lets others have its processor each time.</summary>
    public static readonly TimeSpan LooksFor = TimeSpan.FromMicroseconds(50);

    private const int Waiting = 0;
    private const int Working = 1;
    private const int Deposed = 2;

    private readonly SocketReactor _reactor;
    private readonly bool _leadsAtFirst;

    // Not disposed of: one that leads no more may still hold it.
    private readonly AutoResetEvent _alarm = new(false);
    private volatile TurnLine _line;
    private int _state;
    private volatile bool _isWatching;
    private volatile bool _isDismissed;

    public ReactorThread(SocketReactor reactor, bool leads)
    {
        _reactor = reactor;
        _leadsAtFirst = leads;
        _line = MakeLine();
    }

    public void Start()
    {
        // A context of whoever opens the first socket is none of the others'.
        new Thread(Run) { IsBackground = true, Name = "fedactors sockets" }.UnsafeStart();
    }

    /// <summary>Has a thread that stands by look after the one that leads, from now on until that rests. Called by the one that leads.</summary>
    public void WatchIfAsleep()
    {
        if (!_isWatching)
        {
            _isWatching = true;
            _alarm.Set();
        }
    }

    /// <summary>Has a thread that stands by end.</summary>
    public void Dismiss()
    {
        _isDismissed = true;
        _alarm.Set();
    }

    /// <summary>Whether it is at work on what came.</summary>
    private bool IsAtWork => Volatile.Read(ref _state) == Working;

    /// <summary>Takes the lead from it, unless it is about to wait for the sockets again.</summary>
    public bool TryDepose() => Interlocked.CompareExchange(ref _state, Deposed, Working) == Working;

    /// <summary>Gives its line to the pool. What holds it is told so.</summary>
    public void Spread() => _line.Spread()?.OnHolding();

    private TurnLine MakeLine() => new(_reactor.Time, _reactor.Log.OnTurnFailed);

    private void Run()
    {
        try
        {
            for (bool leads = _leadsAtFirst || StandBy(); leads; leads = _reactor.TryStandBy(this) && StandBy())
            {
                Lead();
            }
        }
        catch (Exception e)
        {
            _reactor.OnFailed(this, e);
        }
        finally
        {
            _reactor.OnLeft();
        }
    }

    /// <returns>Whether it leads from now on.</returns>
    private bool StandBy()
    {
        var watch = new HoldWatch();
        while (true)
        {
            WaitForAlarm();
            if (_isDismissed)
            {
                return false;
            }

            if (!_isWatching || _reactor.Leader is not { } leader)
            {
                continue;
            }

            long turns = leader._line.Begun;
            switch (watch.Look(leader.IsAtWork, turns, GC.CollectionCount(0)))
            {
                case HoldWatch.Finding.Held when _reactor.TryTakeOver(this):
                    _isWatching = false;
                    return true;
                case HoldWatch.Finding.Resting:
                    _isWatching = false;

                    // The one that leads says that it is at work and then looks whether it is watched, without a fence. One of the two sees the other.
                    Interlocked.MemoryBarrierProcessWide();
                    if (leader.IsAtWork || leader._line.Begun != turns)
                    {
                        _isWatching = true;
                    }

                    break;
            }
        }
    }

    private void WaitForAlarm()
    {
        try
        {
            _alarm.WaitOne(_isWatching ? Interval : Timeout.InfiniteTimeSpan);
        }
        catch (ThreadInterruptedException)
        {
            // Meant for a turn that held this thread before and has ended meanwhile.
        }
    }

    private void Lead()
    {
        _line = MakeLine();
        _state = Waiting;
        ThreadPoolScheduler.Instance.Enter(_line);
        try
        {
            WaitAndGoOn(Epoll.MakeRoom());
        }
        finally
        {
            ThreadPoolScheduler.Instance.Leave();
        }
    }

    private void WaitAndGoOn(byte[] room)
    {
        bool looks = false;
        long since = 0;

        // The bell may have been rung for the one before.
        if (_reactor.TryEnd(this))
        {
            return;
        }

        while (true)
        {
            int events = _reactor.Poll.Wait(room, mayWait: !looks);
            if (events == 0)
            {
                looks = looks && _reactor.Time.GetElapsedTime(since) < LooksFor;
                Thread.Yield();
                continue;
            }

            Volatile.Write(ref _state, Working);
            bool wasRung = Take(room, events);
            if (!_line.IsEmpty)
            {
                _reactor.Standby?.WatchIfAsleep();
                _line.Run();
                looks = true;
                since = _reactor.Time.GetTimestamp();
            }

            if (Interlocked.CompareExchange(ref _state, Waiting, Working) != Working || (wasRung && _reactor.TryEnd(this)))
            {
                return;
            }
        }
    }

    /// <summary>Tells the sockets what has happened to them.</summary>
    /// <returns>Whether the bell was rung.</returns>
    private bool Take(byte[] room, int events)
    {
        bool wasRung = false;
        TurnLine? line = _reactor.HasStandby() ? _line : null;
        for (int i = 0; i < events; i++)
        {
            if (Epoll.Read(room, i) is not { } happened)
            {
                wasRung = true;
            }
            else
            {
                _reactor.Find(happened.Id)?.OnEvents(happened.Events, line);
            }
        }

        return wasRung;
    }
}
