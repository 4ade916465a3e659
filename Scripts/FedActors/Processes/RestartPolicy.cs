namespace FedActors.Scripts.Processes;

/// <summary>Whether and when a process that died is started again: at most so many times within a window, each time after a longer wait.</summary>
/// <param name="maxRestarts">Restarts within the window; one more, and the process is given up.</param>
/// <param name="window">The window.</param>
/// <param name="chance">Uniform in [0, 1), to spread the restarts of processes that died together.</param>
internal sealed class RestartPolicy(int maxRestarts, TimeSpan window, Func<double> chance)
{
    /// <summary>The first wait; the next are twice as long each.</summary>
    public static readonly TimeSpan MinBackoff = TimeSpan.FromSeconds(0.2);

    /// <summary>A process that lived as long has earned a short wait again: whatever killed it was not its start.</summary>
    public static readonly TimeSpan HealthyLife = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(30);

    private readonly Queue<DateTimeOffset> _deaths = new();
    private int _consecutive;

    /// <summary>The wait before the restart that follows a death now, or null to give up.</summary>
    /// <param name="started">When the process that died was started.</param>
    /// <param name="now">When it died.</param>
    public TimeSpan? NextWait(DateTimeOffset started, DateTimeOffset now)
    {
        while (_deaths.TryPeek(out DateTimeOffset oldest) && now - oldest >= window)
        {
            _deaths.Dequeue();
        }

        if (_deaths.Count >= maxRestarts)
        {
            return null;
        }

        _deaths.Enqueue(now);
        _consecutive = now - started >= HealthyLife ? 0 : _consecutive;
        double full = Math.Min(MinBackoff.TotalMilliseconds * Math.Pow(2, _consecutive), MaxBackoff.TotalMilliseconds);
        _consecutive++;
        return TimeSpan.FromMilliseconds(full * (1 - (0.2 * chance())));
    }
}
