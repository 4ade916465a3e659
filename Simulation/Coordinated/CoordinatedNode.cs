using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Residuals;

namespace FedActors.Simulation.Coordinated;

/// <summary>One machine of a coordinated run.</summary>
internal sealed class CoordinatedNode(SimulatedHost host) : WorldNode(host)
{
    /// <summary>What a worker keeps of its compression on this machine's disk.</summary>
    public MemoryResidualStore Residuals { get; } = new();

    /// <summary>The member's own end.</summary>
    public MemberCompletion? Member { get; set; }

    /// <summary>The run's end, on the provider.</summary>
    public RunCompletion? Run { get; set; }

    /// <summary>Whether nothing more is to be expected here: it was told of the run's end, or it hangs and cannot hear.</summary>
    public bool IsDone => IsAlive && (Member!.Task.IsCompleted || Interference!.Hung);
}
