using FedActors.Actors.Scheduling;

namespace FedActors.Actors;

/// <summary>Questions that wait equally long, the oldest first, and the one timer that wakes them.</summary>
/// <remarks>
/// The timer is armed for the oldest question that there was when it was armed. It is not touched when that is answered: it then fires
/// for nobody, and is armed for the oldest there is, or rests. So no question runs out early or late. Nor does a question leave when it
/// is answered: who asks next takes out what it finds settled at the end, who finds no room takes out all that is settled, and so does
/// the timer. So a question costs one short gate, and there are at most four times as many places as questions were open at once. Who finds
/// no room looks at all that are open, and moves them, inside the gate: with a hundred thousand of them the others spin for up to a
/// millisecond, once in as many questions.
/// </remarks>
internal sealed class DeadlineLane
{
    /// <summary>Places that the first question makes. Who asks one question after the other needs one.</summary>
    private const int FirstSize = 8;

    private readonly TimeProvider _time;
    private readonly bool _isLasting;
    private readonly long _ticks;
    private readonly ITimer _timer;
    private Waiting[] _waiting = [];
    private int _first;
    private int _end;
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

        long dueAt = _time.GetTimestamp() + _ticks;
        _gate.Enter();
        while (_end > _first && _waiting[_end - 1].Question.IsSettled)
        {
            _waiting[--_end] = default;
        }

        if (_end == _waiting.Length)
        {
            MakeRoom();
        }

        _waiting[_end++] = new Waiting(question, dueAt);
        bool arm = !_isArmed;
        _isArmed = true;
        _gate.Leave();

        if (arm)
        {
            // Outside the gate: a timer may fire before the call that arms it returns.
            _timer.Change(Timeout, System.Threading.Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A question is settled, and waits no longer.</summary>
    public void Leave()
    {
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
        PromiseRef? due = null;
        wait = TimeSpan.Zero;
        _gate.Enter();
        while (_first < _end && _waiting[_first].Question.IsSettled)
        {
            _waiting[_first++] = default;
        }

        _isArmed = _first < _end;
        if (!_isArmed)
        {
            _first = _end = 0;
            _waiting = _waiting.Length > FirstSize ? [] : _waiting;
        }
        else if (_waiting[_first].DueAt is var dueAt && dueAt > now)
        {
            // Clocks may be finer than spans: what is left may be less than the shortest, and the timer must not rest for that.
            wait = new TimeSpan(Math.Max(1, _time.GetElapsedTime(now, dueAt).Ticks));
        }
        else
        {
            due = _waiting[_first].Question;
            _waiting[_first++] = default;
        }

        _gate.Leave();
        return due;
    }

    /// <summary>Takes out what is settled, and grows if that is less than half: so each question pays for a few looks, however many wait. Inside the gate.</summary>
    private void MakeRoom()
    {
        int kept = 0;
        for (int i = _first; i < _end; i++)
        {
            if (!_waiting[i].Question.IsSettled)
            {
                _waiting[kept++] = _waiting[i];
            }
        }

        Array.Clear(_waiting, kept, _end - kept);
        _first = 0;
        _end = kept;
        if (kept >= _waiting.Length / 2)
        {
            Grow();
        }
    }

    private void Grow()
    {
        try
        {
            Array.Resize(ref _waiting, Math.Max(FirstSize, 2 * _waiting.Length));
        }
        catch
        {
            // Out of memory is the failure of who asks, not of everybody who asks after it.
            _gate.Leave();
            throw;
        }
    }

    /// <summary>A question's place.</summary>
    /// <param name="Question">Who waits.</param>
    /// <param name="DueAt">When it runs out, as a timestamp of the clock.</param>
    private readonly record struct Waiting(PromiseRef Question, long DueAt);
}
