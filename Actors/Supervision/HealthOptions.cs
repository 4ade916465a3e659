namespace FedActors.Actors.Supervision;

/// <summary>How a <see cref="HealthSupervisor"/> checks its children.</summary>
public sealed record HealthOptions
{
    /// <summary>The time between two pings of a child.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take. An actor whose mailbox moved in that time counts as answering.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Missed answers in a row after which a child is held to hang and is replaced.</summary>
    public int MaxMissed { get; init; } = 2;
}
