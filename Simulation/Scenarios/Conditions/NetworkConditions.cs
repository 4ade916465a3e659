using FedActors.FL.Numerics;

namespace FedActors.Simulation.Scenarios;

/// <summary>The network between the provider and its clients. Each client has a path of its own; what others send does not slow it.</summary>
public sealed record NetworkConditions
{
    /// <summary>Seconds that a message is on its way, drawn for each.</summary>
    public Distribution Latency { get; init; } = Distribution.Constant(0);

    /// <summary>Bytes a second towards a client, drawn for each client; 0 for no bound.</summary>
    public Distribution Download { get; init; } = Distribution.Constant(0);

    /// <summary>Bytes a second from a client, drawn for each client; 0 for no bound.</summary>
    public Distribution Upload { get; init; } = Distribution.Constant(0);

    /// <summary>Share of the answers whose connection breaks: the client counts as lost, and is back after <see cref="Reconnect"/>.</summary>
    public double Loss { get; init; }

    /// <summary>Seconds until a client whose connection broke is back, drawn for each time.</summary>
    public Distribution Reconnect { get; init; } = Distribution.Constant(1);

    /// <summary>Whether anything on it is left to chance.</summary>
    internal bool IsChance => Loss > 0 || !Latency.IsConstant;

    /// <summary>How long a message takes, in ticks.</summary>
    /// <param name="bandwidth">Bytes a second; 0 for no bound.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="random">Where latency comes from.</param>
    /// <param name="client">Whose message it is.</param>
    internal long TicksFor(double bandwidth, long bytes, RandomStream random, int client)
    {
        double seconds = Latency.Draw(random, client) + (bandwidth == 0 ? 0 : bytes / bandwidth);
        return (long)(Math.Min(seconds, DeviceSpeeds.Longest.TotalSeconds) * TimeSpan.TicksPerSecond);
    }
}
