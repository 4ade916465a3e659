using FedActors.Actors.Cells;

namespace FedActors.Actors;

/// <summary>An actor's timers, by key, on the system's clock. All end with the actor's instance.</summary>
/// <remarks>
/// A message comes as if from nobody, on the actor's turn, and past a full mailbox: a deadline must not be lost to a backlog. A timer
/// that was cancelled or started anew never fires late, even if it had come due already. Once the instance has ended, which is before
/// its stopped or restarting hook, no timer starts any more. Use it only from the actor's own handlers.
/// </remarks>
public sealed class ActorTimers
{
    private readonly ActorCell _cell;

    // Locked, because a handler that hangs may use them still while another loop ends them.
    private readonly Dictionary<string, Entry> _entries = [];
    private long _version;
    private bool _ended;

    internal ActorTimers(ActorCell cell) => _cell = cell;

    /// <summary>Sends a message once, after a time. Replaces a timer with the same key.</summary>
    public void StartSingle(string key, TimeSpan after, object message) => Start(key, after, Timeout.InfiniteTimeSpan, message);

    /// <summary>Sends a message again and again. Replaces a timer with the same key. A tick that finds the one before it unhandled is skipped.</summary>
    public void StartPeriodic(string key, TimeSpan every, object message)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(every, TimeSpan.Zero);
        Start(key, every, every, message);
    }

    /// <summary>Whether a timer with this key is running.</summary>
    public bool IsRunning(string key)
    {
        lock (_entries)
        {
            return _entries.ContainsKey(key);
        }
    }

    /// <summary>Ends the timer with this key, if there is one.</summary>
    public void Cancel(string key)
    {
        lock (_entries)
        {
            if (_entries.Remove(key, out Entry? entry))
            {
                entry.Timer?.Dispose();
            }
        }
    }

    /// <summary>Ends all timers, for good.</summary>
    internal void End()
    {
        lock (_entries)
        {
            _ended = true;
            foreach (Entry entry in _entries.Values)
            {
                entry.Timer?.Dispose();
            }

            _entries.Clear();
        }
    }

    /// <summary>The message of a timer that has come due, or null if it is no longer wanted.</summary>
    internal object? Take(SystemMessage.TimerDue due)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(due.Key, out Entry? entry) || entry.Version != due.Version)
            {
                return null;
            }

            Volatile.Write(ref entry.Pending, 0);
            if (!entry.Periodic)
            {
                Cancel(due.Key);
            }

            return entry.Message;
        }
    }

    private void Start(string key, TimeSpan due, TimeSpan period, object message)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentOutOfRangeException.ThrowIfLessThan(due, TimeSpan.Zero);
        lock (_entries)
        {
            Cancel(key);
            if (!_ended)
            {
                var entry = new Entry(message, ++_version, period != Timeout.InfiniteTimeSpan);
                _entries.Add(key, entry);
                Arm(entry, new SystemMessage.TimerDue(this, key, entry.Version), due, period);
            }
        }
    }

    private void Arm(Entry entry, SystemMessage.TimerDue fired, TimeSpan due, TimeSpan period) => entry.Timer = _cell.System.Time.CreateTimer(
        _ =>
        {
            // One tick at a time is in the lane, so that a busy actor's lane does not grow.
            if (Interlocked.Exchange(ref entry.Pending, 1) == 0)
            {
                _cell.SendSystem(fired);
            }
        },
        null,
        due,
        period);

    private sealed class Entry(object message, long version, bool periodic)
    {
        public int Pending;

        public object Message { get; } = message;

        public long Version { get; } = version;

        public bool Periodic { get; } = periodic;

        public ITimer? Timer { get; set; }
    }
}
