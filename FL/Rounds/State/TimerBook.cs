namespace FedActors.FL.Rounds;

/// <summary>Which timers are armed. Each arming has a number of its own, so that a timer that elapsed just before it was cancelled is known as stale.</summary>
internal sealed class TimerBook
{
    private readonly SortedDictionary<RoundTimerKind, RoundTimer> _armed = [];
    private long _sequence;

    public int Armed => _armed.Count;

    public bool IsArmed(RoundTimerKind kind) => _armed.ContainsKey(kind);

    public RoundTimer Arm(RoundTimerKind kind) => _armed[kind] = new RoundTimer(kind, ++_sequence);

    public RoundTimer? Disarm(RoundTimerKind kind) => _armed.Remove(kind, out RoundTimer timer) ? timer : null;

    /// <summary>Takes an elapsed timer off the book.</summary>
    /// <returns>False for a stale one.</returns>
    public bool TryElapse(RoundTimer timer)
    {
        if (!_armed.TryGetValue(timer.Kind, out RoundTimer armed) || armed != timer)
        {
            return false;
        }

        _armed.Remove(timer.Kind);
        return true;
    }

    public RoundTimer[] DisarmAll()
    {
        RoundTimer[] timers = [.. _armed.Values];
        _armed.Clear();
        return timers;
    }
}
