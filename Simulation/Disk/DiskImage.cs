using FedActors.Storage.Training;

namespace FedActors.Simulation.Disk;

/// <summary>What a disk held at some time, to be put back later.</summary>
public sealed class DiskImage
{
    internal DiskImage(IReadOnlyList<Action<ITrainingStore>> writes) => Writes = writes;

    internal IReadOnlyList<Action<ITrainingStore>> Writes { get; }
}
