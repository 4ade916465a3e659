namespace FedActors.Actors.Remoting;

/// <summary>Bounds how many lines a second others can make this node log. What goes unsaid is counted and told with the next line.</summary>
internal sealed class LineBudget(int perSecond, TimeProvider time)
{
    private readonly Lock _sync = new();
    private long _second = long.MinValue;
    private int _said;
    private long _unsaid;

    /// <summary>Whether a line may be logged now.</summary>
    /// <param name="unsaid">Lines before it that were not.</param>
    public bool TryTake(out long unsaid)
    {
        lock (_sync)
        {
            long second = time.GetTimestamp() / time.TimestampFrequency;
            if (second != _second)
            {
                _second = second;
                _said = 0;
            }

            unsaid = _unsaid;
            if (_said == perSecond)
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
