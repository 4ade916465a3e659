namespace FedActors.Simulation.Scenarios;

/// <summary>When devices are there: each is online and offline in turns whose lengths are drawn for each turn.</summary>
/// <param name="Online">Seconds online.</param>
/// <param name="Offline">Seconds offline; 0 for devices that are always there.</param>
public sealed record Availability(Distribution Online, Distribution Offline)
{
    /// <summary>Devices that are always there.</summary>
    public static Availability Always { get; } = new(Distribution.Constant(1), Distribution.Constant(0));

    /// <summary>Whether devices are always there.</summary>
    internal bool IsAlways => Offline.IsZero;
}
