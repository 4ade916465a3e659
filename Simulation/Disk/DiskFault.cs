namespace FedActors.Simulation.Disk;

/// <summary>What goes wrong at the next write.</summary>
public enum DiskFault
{
    /// <summary>The process dies before anything is written.</summary>
    CrashBefore = 1,

    /// <summary>The process dies when all is written, before it hears of that.</summary>
    CrashAfter = 2,

    /// <summary>All is written, and a failure is reported.</summary>
    FailAfter = 3,
}
