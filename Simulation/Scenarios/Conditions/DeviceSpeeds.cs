using FedActors.FL.Numerics;

namespace FedActors.Simulation.Scenarios;

/// <summary>How long virtual devices train: each has a speed of its own, which follows from the seed and its name.</summary>
/// <param name="Speeds">Examples that a device trains on in a second; 0 for devices that take no time at all.</param>
public sealed record DeviceSpeeds(Distribution Speeds)
{
    /// <summary>The longest that a training takes; also what a device of hardly any speed takes. A year is more than any round waits.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>Devices that take no time.</summary>
    public static DeviceSpeeds Instant { get; } = new(Distribution.Constant(0));

    /// <summary>A device's speed, in examples a second.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="client">The device's name.</param>
    /// <param name="index">Its place among all, for speeds that are given as a list.</param>
    public double SpeedOf(ulong seed, string client, int index) =>
        Speeds.IsConstant ? Speeds.Median : Speeds.Draw(RandomStream.For(seed, "device speed", client), index);

    /// <summary>How long a training takes at a speed.</summary>
    /// <param name="speed">Examples a second; 0 for no time.</param>
    /// <param name="examples">Examples of all epochs together.</param>
    public static TimeSpan TrainingTime(double speed, long examples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(speed);
        ArgumentOutOfRangeException.ThrowIfNegative(examples);
        double seconds = speed == 0 ? 0 : examples / speed;
        return seconds < Longest.TotalSeconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : Longest;
    }
}
