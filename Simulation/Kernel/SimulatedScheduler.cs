using FedActors.Actors.Scheduling;

namespace FedActors.Simulation.Kernel;

/// <summary>Runs a process's actors from the queue.</summary>
internal sealed class SimulatedScheduler(SimulatedProcess process) : ActorScheduler
{
    /// <summary>Few messages a turn: more ways in which actors can interleave.</summary>
    public override int Throughput => 4;

    public override void Schedule(IThreadPoolWorkItem work) => process.Host.Queue.Post(process, work, null);
}
