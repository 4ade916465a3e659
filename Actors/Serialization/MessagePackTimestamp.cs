namespace FedActors.Actors.Serialization;

/// <summary>A point in time as MessagePack's timestamp extension carries it: finer and wider than <see cref="DateTimeOffset"/>.</summary>
/// <param name="Seconds">Seconds since 1970-01-01 UTC, negative before.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always forward from <paramref name="Seconds"/>.</param>
public readonly record struct MessagePackTimestamp(long Seconds, int Nanoseconds)
{
    internal const int NanosecondsPerSecond = 1_000_000_000;
    private const int NanosecondsPerTick = 100;

    /// <summary>The same instant; loses nothing.</summary>
    /// <param name="value">Any offset; the instant is what counts.</param>
    public static MessagePackTimestamp From(DateTimeOffset value)
    {
        long ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return new MessagePackTimestamp(seconds, (int)rest * NanosecondsPerTick);
    }

    /// <summary>The same instant, cut to 100 ns.</summary>
    /// <exception cref="ProtocolException">Outside the years 1 to 9999.</exception>
    public DateTimeOffset ToDateTimeOffset()
    {
        if (Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            Malformed.Throw($"A timestamp of {Seconds} seconds lies outside the years 1 to 9999.");
        }

        return DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks(Nanoseconds / NanosecondsPerTick);
    }
}
