namespace FedActors.Actors.Scheduling;

/// <summary>Sees to it that nobody waits long behind a turn that does not end: one that blocks its thread, or computes on after an answer.</summary>
/// <remarks>It ticks only while turns are put behind others.</remarks>
internal sealed class TurnWatch
{
    /// <summary>A turn waits for one to two of these. Many times what a usual turn takes, and little beside what waiting for a thread may take anyway.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly Lock _sync = new();
    private readonly List<ThreadTurns> _watched = [];
    private readonly ITimer _timer;

    public TurnWatch(TimeProvider time) =>
        _timer = time.CreateTimer(static watch => ((TurnWatch)watch!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Looks after a thread until nothing is put there for an interval.</summary>
    public void Add(ThreadTurns turns)
    {
        lock (_sync)
        {
            if (turns.IsWatched)
            {
                return;
            }

            turns.IsWatched = true;
            _watched.Add(turns);
            if (_watched.Count == 1)
            {
                _timer.Change(Interval, Interval);
            }
        }
    }

    private void Look()
    {
        lock (_sync)
        {
            for (int i = _watched.Count - 1; i >= 0; i--)
            {
                if (!_watched[i].Look())
                {
                    LeaveUnlessUsed(i);
                }
            }

            if (_watched.Count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <remarks>
    /// The thread puts a turn and then looks whether it is watched, without a fence, since it does so for each question; this says that
    /// it is not, has all threads pass a fence, and then looks for a turn. One of the two sees the other.
    /// </remarks>
    private void LeaveUnlessUsed(int index)
    {
        ThreadTurns turns = _watched[index];
        turns.IsWatched = false;
        Interlocked.MemoryBarrierProcessWide();
        if (turns.IsUsedSince())
        {
            turns.IsWatched = true;
            return;
        }

        _watched.RemoveAt(index);
    }
}
