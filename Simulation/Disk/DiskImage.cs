namespace FedActors.Simulation.Disk;

/// <summary>What a disk held at some time, to be put back later.</summary>
/// <typeparam name="TStore">The store on it.</typeparam>
public sealed class DiskImage<TStore>
{
    internal DiskImage(IReadOnlyList<Action<TStore>> writes) => Writes = writes;

    internal IReadOnlyList<Action<TStore>> Writes { get; }
}
