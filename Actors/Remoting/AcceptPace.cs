namespace FedActors.Actors.Remoting;

/// <summary>How fast a listener lets connections in. Once too many have come to nothing it is slow, until fewer do.</summary>
/// <remarks>
/// While it is slow, those that come from where others came to nothing stand in line and are let in one at a time; the rest passes
/// them by, and all are accepted with pauses, so that a flood waits with the operating system and not for this node's processors.
/// Connections that hold cost nothing here: a storm of honest nodes is not slowed down. See docs/adr/0036.
/// </remarks>
internal sealed class AcceptPace : IDisposable
{
    // Who comes from elsewhere and costs more, too, may not stop the line.
    private const int MostTurnsToSkip = 3;

    private readonly RemotingLimits _limits;
    private readonly TimeProvider _time;
    private readonly Action<bool> _changed;
    private readonly Lock _sync = new();
    private readonly FutileOrigins _origins;
    private readonly Queue<(string Origin, TaskCompletionSource Turn)> _line = new();
    private readonly ITimer _tick;
    private double _futile;
    private int _turnsToSkip;
    private long _since;
    private volatile bool _isSlow;

    /// <param name="limits">How many may come to nothing, and what happens then.</param>
    /// <param name="time">The system's clock.</param>
    /// <param name="changed">Called when it becomes slow, and when it is so no more.</param>
    public AcceptPace(RemotingLimits limits, TimeProvider time, Action<bool> changed)
    {
        _limits = limits;
        _time = time;
        _changed = changed;
        _origins = new FutileOrigins(time);
        _since = time.GetTimestamp();
        _tick = time.CreateTimer(_ => OnTick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether too many have come to nothing.</summary>
    public bool IsSlow => _isSlow;

    private TimeSpan Turn => TimeSpan.FromSeconds(1) / _limits.FutileConnectionsPerSecond;

    /// <summary>Whether one that comes from there has to stand in line.</summary>
    public bool MustWait(string origin)
    {
        if (!_isSlow)
        {
            return false;
        }

        lock (_sync)
        {
            return _origins.Contains(origin);
        }
    }

    /// <summary>Stands in line.</summary>
    /// <param name="origin">From where one comes; no more than a quarter of the line may come from there, so that one flood leaves room for others.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False if there is no place in it.</returns>
    /// <exception cref="OperationCanceledException">Nothing is let in any more.</exception>
    public async ValueTask<bool> WaitAsync(string origin, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_sync)
        {
            if (!_isSlow)
            {
                return true;
            }

            if (_line.Count >= _limits.MaxPacedConnections || CountInLine(origin) >= (_limits.MaxPacedConnections + 3) / 4)
            {
                return false;
            }

            // What follows runs at once, without a lock: it would leave a simulated node's thread otherwise.
            turn = new TaskCompletionSource();
            _line.Enqueue((origin, turn));
        }

        await turn.Task.EndAsync(cancellationToken);
        return true;
    }

    /// <summary>A connection from there has come to nothing.</summary>
    /// <param name="origin">From where.</param>
    /// <param name="weight">As how many it counts.</param>
    public void Charge(string origin, int weight = 1)
    {
        lock (_sync)
        {
            _origins.Note(origin);
            Drain();

            // What is above the mark would only make the calm after a flood longer.
            _futile = Math.Min(_futile + weight, _limits.MaxFutileConnections);
            _turnsToSkip = Math.Min(_turnsToSkip + weight - 1, MostTurnsToSkip);
            if (_isSlow || _futile < _limits.MaxFutileConnections)
            {
                return;
            }

            _isSlow = true;
            _tick.Change(Turn, Turn);
        }

        _changed(true);
    }

    public void Dispose() => _tick.Dispose();

    private void OnTick()
    {
        var turns = new List<TaskCompletionSource>();
        bool ends;
        lock (_sync)
        {
            Drain();
            ends = _isSlow && _futile <= _limits.MaxFutileConnections / 2.0;
            if (ends)
            {
                _isSlow = false;
                _tick.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            // One that counted as more than one has had the next turns, too.
            bool isSkipped = !ends && _turnsToSkip > 0;
            _turnsToSkip -= isSkipped ? 1 : 0;
            for (int most = ends ? _line.Count : isSkipped ? 0 : 1; most > 0 && _line.TryDequeue(out (string Origin, TaskCompletionSource Turn) next); most--)
            {
                turns.Add(next.Turn);
            }
        }

        turns.ForEach(turn => turn.SetResult());
        if (ends)
        {
            _changed(false);
        }
    }

    private int CountInLine(string origin)
    {
        int count = 0;
        foreach ((string other, _) in _line)
        {
            count += other == origin ? 1 : 0;
        }

        return count;
    }

    private void Drain()
    {
        long now = _time.GetTimestamp();
        _futile = Math.Max(0, _futile - (_time.GetElapsedTime(_since, now).TotalSeconds * _limits.FutileConnectionsPerSecond));
        _since = now;
    }
}
