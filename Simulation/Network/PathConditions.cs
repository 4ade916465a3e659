namespace FedActors.Simulation.Network;

/// <summary>How bytes get from one machine to another.</summary>
public sealed record PathConditions
{
    /// <summary>The shortest way there.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>What is added to it, uniformly from nothing to this.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.Zero;

    /// <summary>Share of parcels that take <see cref="TailFactor"/> times as long, as one that was lost and sent again does.</summary>
    public double TailShare { get; init; }

    /// <summary>How much longer those take.</summary>
    public double TailFactor { get; init; } = 20;

    /// <summary>Bytes that get through in a second.</summary>
    public long BytesPerSecond { get; init; } = 100_000_000;
}
