namespace FedActors.Actors.Supervision;

/// <summary>Counts a supervisor's restarts over a sliding window.</summary>
internal sealed class RestartWindow
{
    private readonly Queue<DateTimeOffset> _restarts = new();

    /// <summary>Forgets all restarts. A supervisor that was itself restarted has new children, and as in OTP counts anew.</summary>
    public void Clear() => _restarts.Clear();

    /// <summary>Whether one more restart now stays within the strategy's intensity. Counts it if so.</summary>
    public bool TryRestart(SupervisorStrategy strategy, DateTimeOffset now)
    {
        while (_restarts.TryPeek(out DateTimeOffset oldest) && now - oldest >= strategy.Window)
        {
            _restarts.Dequeue();
        }

        if (_restarts.Count >= strategy.MaxRestarts)
        {
            return false;
        }

        _restarts.Enqueue(now);
        return true;
    }
}
