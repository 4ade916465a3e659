namespace FedActors.Actors.Testing;

/// <summary>A clock that moves only when a test moves it. Timers fire on the thread that advances the clock, in due order.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _sync = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _order;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>By how much the time of day was set forward or back. Timers and timestamps know nothing of it.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>The time that timers go by.</summary>
    public DateTimeOffset SteadyNow
    {
        get
        {
            lock (_sync)
            {
                return _now;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => SteadyNow + Offset;

    /// <inheritdoc/>
    public override long GetTimestamp() => SteadyNow.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Timers that are armed now.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_sync)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>When the next timer is due, or null if none is armed.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_sync)
            {
                return _timers.Count == 0 ? null : _timers.Min(timer => timer.Due);
            }
        }
    }

    /// <summary>Moves the clock forward, stopping at each timer on the way so that it sees its own due time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target = SteadyNow + by;
        while (TakeDue(target) is { } due)
        {
            due.Fire();
        }

        lock (_sync)
        {
            _now = target;
        }
    }

    private ManualTimer? TakeDue(DateTimeOffset target)
    {
        lock (_sync)
        {
            ManualTimer? next = _timers.Where(t => t.Due <= target).OrderBy(t => t.Due).ThenBy(t => t.Order).FirstOrDefault();
            if (next is null)
            {
                return null;
            }

            _now = next.Due > _now ? next.Due : _now;
            next.Rearm(_order++);
            return next;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset Due { get; private set; }

        public long Order { get; private set; }

        public void Fire() => callback(state);

        /// <summary>Called under the clock's lock.</summary>
        public void Rearm(long order)
        {
            if (_period <= TimeSpan.Zero)
            {
                clock._timers.Remove(this);
                return;
            }

            Due += _period;
            Order = order;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._sync)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                Due = clock._now + dueTime;
                Order = clock._order++;
                _period = period;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._sync)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
