namespace FedActors.Simulation.Kernel;

/// <summary>A lock that is not there where one thread does everything.</summary>
internal static class OptionalLock
{
    /// <summary>Enters the lock, if there is one, until the scope ends.</summary>
    public static Lock.Scope EnterIfAny(this Lock? sync) => sync is null ? default : sync.EnterScope();
}
