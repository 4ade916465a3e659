namespace FedActors.Crdt;

/// <summary>A clock whose moments follow causes and stay near the wall clock. It reads no clock itself: the time is an argument.</summary>
/// <remarks>
/// Kulkarni, Demirbas, Madappa, Avva, Leone 2014, "Logical Physical Clocks", with the bound on how far others may pull it ahead.
/// Every moment it gives is above every one it gave or took in before, also while the wall clock stands still or goes back.
/// </remarks>
public sealed class HybridLogicalClock
{
    private readonly long _maxOffset;

    /// <summary>Creates a clock.</summary>
    /// <param name="last">The last moment known from an earlier life, so that a restart with a slow wall clock goes on above it.</param>
    /// <param name="maxOffset">How far ahead of the wall clock another's moment may be and still advance this one; <see cref="DefaultMaxOffset"/> if null.</param>
    public HybridLogicalClock(HybridTime last = default, TimeSpan? maxOffset = null)
    {
        TimeSpan offset = maxOffset ?? DefaultMaxOffset;
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, TimeSpan.Zero, nameof(maxOffset));
        Last = last;
        _maxOffset = (long)offset.TotalMilliseconds;
    }

    /// <summary>Ten seconds: far above what synchronised machines differ by, and little enough to wait for.</summary>
    public static TimeSpan DefaultMaxOffset { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The last moment that was given or taken in.</summary>
    public HybridTime Last { get; private set; }

    /// <summary>Gives a moment for a local event.</summary>
    /// <param name="now">Milliseconds since 1970.</param>
    public HybridTime Next(long now)
    {
        HybridTime wall = HybridTime.At(now);
        Last = wall.CompareTo(Last) > 0 ? wall : Last.Next();
        return Last;
    }

    /// <summary>Takes in a moment from elsewhere, so that what comes here after it is also stamped after it.</summary>
    /// <param name="seen">The moment.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns>False if it is further ahead than allowed; the clock is then unchanged, so that one wrong clock does not become everybody's.</returns>
    public bool TryObserve(HybridTime seen, long now)
    {
        if (IsFromTheFuture(seen, now))
        {
            return false;
        }

        Last = seen.CompareTo(Last) > 0 ? seen : Last;
        return true;
    }

    /// <summary>Whether a moment is further ahead of the wall clock than allowed.</summary>
    /// <param name="seen">The moment.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    public bool IsFromTheFuture(HybridTime seen, long now) => seen.Milliseconds > Math.Max(0, now) + _maxOffset;
}
