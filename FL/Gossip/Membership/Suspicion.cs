namespace FedActors.FL.Gossip;

/// <summary>One member under suspicion: the more others accuse it independently, the sooner it is held to be dead.</summary>
/// <remarks>Lifeguard, section 4.2. With so few members that nobody else could accuse it, the shortest time holds from the start.</remarks>
internal sealed class Suspicion
{
    private const double MaxTimeoutFactor = 6;

    private readonly HashSet<string> _accusers = new(StringComparer.Ordinal);
    private readonly long _since;
    private readonly double _shortest;
    private readonly int _expected;

    /// <param name="since">When it began, in milliseconds.</param>
    /// <param name="accuser">Who was first.</param>
    /// <param name="shortest">The time that it has at least, in milliseconds.</param>
    /// <param name="expected">Further accusers after whom no more time is given.</param>
    public Suspicion(long since, string accuser, double shortest, int expected)
    {
        _since = since;
        _shortest = shortest;
        _expected = expected;
        _accusers.Add(accuser);
    }

    /// <summary>When it ends in death.</summary>
    public long Due
    {
        get
        {
            if (_expected < 1)
            {
                return _since + (long)_shortest;
            }

            double longest = MaxTimeoutFactor * _shortest;
            double share = Math.Log(Math.Min(_accusers.Count - 1, _expected) + 1) / Math.Log(_expected + 1);
            return _since + (long)Math.Max(_shortest, longest - ((longest - _shortest) * share));
        }
    }

    /// <summary>Takes an accusation in.</summary>
    /// <returns>Whether it is one that shortens the time, and so is worth telling others.</returns>
    public bool Confirm(string accuser) => _accusers.Count <= _expected && _accusers.Add(accuser);
}
