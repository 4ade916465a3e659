using FedActors.Actors.Scheduling;

namespace FedActors.Actors;

/// <summary>Questions that wait equally long, the oldest first, and the one timer that wakes them.</summary>
/// <remarks>
/// The timer is armed for the oldest question that there was when it was armed. It is not touched when that is answered: it then fires
/// for nobody, and is armed for the oldest there is, or rests. So no question runs out early or late, and one that is answered costs
/// two short gates.
/// </remarks>
internal sealed class DeadlineLane
{
    private readonly TimeProvider _time;
    private readonly bool _isLasting;
    private readonly long _ticks;
    private readonly ITimer _timer;
    private PromiseRef? _oldest;
    private PromiseRef? _newest;
    private bool _isArmed;
    private Gate _gate;

    /// <param name="time">The system's clock.</param>
    /// <param name="timeout">How long each question waits; infinite waits for ever.</param>
    /// <param name="isLasting">Whether other questions will come. If not, the timer ends with the first.</param>
    public DeadlineLane(TimeProvider time, TimeSpan timeout, bool isLasting)
    {
        _time = time;
        Timeout = timeout;
        _isLasting = isLasting;
        _ticks = (long)(timeout.TotalSeconds * time.TimestampFrequency);
        _timer = time.CreateTimer(static lane => ((DeadlineLane)lane!).OnDue(), this, System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long each question waits.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>A question begins to wait.</summary>
    public void Enter(PromiseRef question)
    {
        if (Timeout == System.Threading.Timeout.InfiniteTimeSpan)
        {
            return;
        }

        question.DueAt = _time.GetTimestamp() + _ticks;
        _gate.Enter();
        question.Older = _newest;
        if (_newest is null)
        {
            _oldest = question;
        }
        else
        {
            _newest.Newer = question;
        }

        _newest = question;
        question.IsInLane = true;
        bool arm = !_isArmed;
        _isArmed = true;
        _gate.Leave();

        if (arm)
        {
            // Outside the gate: a timer may fire before the call that arms it returns.
            _timer.Change(Timeout, System.Threading.Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A question waits no longer.</summary>
    public void Leave(PromiseRef question)
    {
        _gate.Enter();
        if (question.IsInLane)
        {
            Remove(question);
        }

        _gate.Leave();
        if (!_isLasting)
        {
            _timer.Dispose();
        }
    }

    private void OnDue()
    {
        TimeSpan wait;
        while (TakeDue(out wait) is { } due)
        {
            due.OnDeadline();
        }

        if (wait > TimeSpan.Zero)
        {
            _timer.Change(wait, System.Threading.Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The oldest question, if its time is up.</summary>
    /// <param name="wait">How long the oldest has left if it is not; zero if there is none, and the timer rests.</param>
    private PromiseRef? TakeDue(out TimeSpan wait)
    {
        long now = _time.GetTimestamp();
        _gate.Enter();
        PromiseRef? oldest = _oldest;
        long dueAt = oldest?.DueAt ?? now;
        _isArmed = oldest is not null;
        if (oldest is not null && dueAt <= now)
        {
            Remove(oldest);
        }

        _gate.Leave();
        wait = dueAt > now ? _time.GetElapsedTime(now, dueAt) : TimeSpan.Zero;
        return dueAt > now ? null : oldest;
    }

    private void Remove(PromiseRef question)
    {
        if (question.Older is null)
        {
            _oldest = question.Newer;
        }
        else
        {
            question.Older.Newer = question.Newer;
        }

        if (question.Newer is null)
        {
            _newest = question.Older;
        }
        else
        {
            question.Newer.Older = question.Older;
        }

        question.Older = null;
        question.Newer = null;
        question.IsInLane = false;
    }
}
