namespace FedActors.Simulation.Scenarios;

/// <summary>The clock of a scenario: it begins when the run does, and moves when something happens.</summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    /// <summary>Ticks since the run began.</summary>
    public long Now { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => start.AddTicks(Now);

    public override long GetTimestamp() => Now;

    /// <summary>Goes on to a moment that is not in the past.</summary>
    public void GoTo(long ticks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ticks, Now);
        Now = ticks;
    }
}
