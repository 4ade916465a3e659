using FedActors.Simulation.Disk;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Worlds;

/// <summary>What faults do to a disk.</summary>
internal static class DiskFaults
{
    /// <summary>Lets a disk be full or slow for a time, or fail at its next write.</summary>
    /// <returns>Whether the fault is over only after its duration.</returns>
    public static bool Harm<TStore>(SimulatedDisk<TStore> disk, Fault fault, TimeSpan now)
    {
        switch (fault.Kind)
        {
            case FaultKind.FullDisk:
                disk.FullUntil = now + fault.Duration;
                return true;
            case FaultKind.SlowDisk:
                disk.SlowUntil = now + fault.Duration;
                disk.SlowBy = TimeSpan.FromMilliseconds(10 + (fault.Detail % 3000));
                return true;
            case FaultKind.FailingWrite:
                disk.Next = DiskFault.FailAfter;
                return false;
            case FaultKind.CrashInWrite:
                disk.Next = fault.Detail % 2 == 0 ? DiskFault.CrashBefore : DiskFault.CrashAfter;
                return false;
            default:
                throw new ArgumentException($"{fault.Kind} is not a fault of a disk.", nameof(fault));
        }
    }

    /// <summary>The kind of fault that a write has met.</summary>
    public static FaultKind KindOf(string met) => met switch
    {
        "full disk" => FaultKind.FullDisk,
        "slow disk" => FaultKind.SlowDisk,
        "failing write" => FaultKind.FailingWrite,
        _ => FaultKind.CrashInWrite,
    };
}
