namespace FedActors.Actors.Remoting;

/// <summary>Where connections came from lately that came to nothing. Under the lock of whoever holds it.</summary>
internal sealed class FutileOrigins(TimeProvider time)
{
    // A few hundred kilobytes. Who has more addresses is a stranger again with each that is forgotten.
    private const int MaxOrigins = 4096;

    // Within it, one that comes again is not noted again, so that one address cannot push the others out.
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    // As long as an attacker may pause, and not for ever: an address may be another's by then.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly Queue<(string Origin, long At)> _noted = new();

    /// <summary>Notes that one came to nothing.</summary>
    public void Note(string origin)
    {
        Forget();
        if (_last.TryGetValue(origin, out long last) && time.GetElapsedTime(last) < Apart)
        {
            return;
        }

        while (_noted.Count >= MaxOrigins)
        {
            ForgetOldest();
        }

        long now = time.GetTimestamp();
        _last[origin] = now;
        _noted.Enqueue((origin, now));
    }

    /// <summary>Whether one came to nothing lately.</summary>
    public bool Contains(string origin)
    {
        Forget();
        return _last.ContainsKey(origin);
    }

    private void Forget()
    {
        while (_noted.TryPeek(out (string Origin, long At) oldest) && time.GetElapsedTime(oldest.At) > Memory)
        {
            ForgetOldest();
        }
    }

    private void ForgetOldest()
    {
        (string origin, long at) = _noted.Dequeue();
        if (_last[origin] == at)
        {
            _last.Remove(origin);
        }
    }
}
