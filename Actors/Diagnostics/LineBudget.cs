namespace FedActors.Actors.Diagnostics;

/// <summary>Bounds how many lines others can make this node log in a time. What goes unsaid is counted and told with the next line.</summary>
internal sealed class LineBudget(int lines, TimeSpan period, TimeProvider time)
{
    private readonly Lock _sync = new();
    private long _period = long.MinValue;
    private int _said;
    private long _unsaid;

    /// <summary>Whether a line may be logged now.</summary>
    /// <param name="unsaid">Lines before it that were not.</param>
    public bool TryTake(out long unsaid)
    {
        lock (_sync)
        {
            long current = time.GetElapsedTime(0, time.GetTimestamp()).Ticks / period.Ticks;
            if (current != _period)
            {
                _period = current;
                _said = 0;
            }

            unsaid = _unsaid;
            if (_said == lines)
            {
                _unsaid++;
                return false;
            }

            _said++;
            _unsaid = 0;
            return true;
        }
    }
}
