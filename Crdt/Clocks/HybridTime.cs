namespace FedActors.Crdt;

/// <summary>A moment of a <see cref="HybridLogicalClock"/>: 48 bits of milliseconds since 1970 and, below them, a 16-bit counter.</summary>
/// <param name="Value">Both in one number, whose order is the order of the moments.</param>
public readonly record struct HybridTime(ulong Value) : IComparable<HybridTime>
{
    /// <summary>The last millisecond that fits; it is in the year 10889.</summary>
    public const long MaxMilliseconds = (1L << 48) - 1;

    private const int CounterBits = 16;

    /// <summary>Milliseconds since 1970.</summary>
    public long Milliseconds => (long)(Value >> CounterBits);

    /// <summary>Tells moments of one millisecond apart.</summary>
    public int Counter => (int)(Value & ushort.MaxValue);

    /// <summary>The first moment of a millisecond; one before 1970 or after the last that fits counts as the nearest that does.</summary>
    public static HybridTime At(long milliseconds) => new((ulong)Math.Clamp(milliseconds, 0, MaxMilliseconds) << CounterBits);

    /// <summary>The next moment. A full counter carries into the milliseconds, so that order is never lost.</summary>
    /// <exception cref="OverflowException">This is the last moment there is.</exception>
    public HybridTime Next() => new(checked(Value + 1));

    /// <inheritdoc/>
    public int CompareTo(HybridTime other) => Value.CompareTo(other.Value);
}
