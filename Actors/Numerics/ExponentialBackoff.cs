namespace FedActors.Actors.Numerics;

/// <summary>Waits that double from a least to a longest one, shortened at random so that those who failed together do not return together.</summary>
internal static class ExponentialBackoff
{
    /// <summary>The wait after a number of earlier failures in a row.</summary>
    /// <param name="least">The first wait.</param>
    /// <param name="longest">The cap.</param>
    /// <param name="earlier">Failures in a row before this one.</param>
    /// <param name="jitter">Largest share by which the wait is shortened, in [0, 1).</param>
    /// <param name="chance">Uniform in [0, 1).</param>
    public static TimeSpan Wait(TimeSpan least, TimeSpan longest, int earlier, double jitter, double chance)
    {
        double milliseconds = Math.Min(least.TotalMilliseconds * Math.Pow(2, earlier), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(milliseconds * (1 - (jitter * chance)));
    }
}
