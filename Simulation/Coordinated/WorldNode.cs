using FedActors.Actors;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Coordinated;

/// <summary>One machine of the run with whatever runs on it.</summary>
internal sealed class WorldNode(SimulatedHost host)
{
    public SimulatedHost Host { get; } = host;

    public string Name => Host.Name;

    /// <summary>The process that runs, or the last that did.</summary>
    public SimulatedProcess? Process { get; set; }

    public Interference? Interference { get; set; }

    /// <summary>The role's actor.</summary>
    public ActorRef? Actor { get; set; }

    /// <summary>The member's own end.</summary>
    public MemberCompletion? Member { get; set; }

    /// <summary>The run's end, on the provider.</summary>
    public RunCompletion? Run { get; set; }

    public bool IsAlive => Process is { IsAlive: true };

    /// <summary>Whether nothing more is to be expected here: it was told of the run's end, or it hangs and cannot hear.</summary>
    public bool IsDone => IsAlive && (Member!.Task.IsCompleted || Interference!.Hung);
}
