namespace FedActors.Simulation.Network;

/// <summary>Keeps the order of one direction of one connection.</summary>
internal sealed class Flow
{
    /// <summary>When the last parcel arrives.</summary>
    public long LastArrival { get; set; }
}
