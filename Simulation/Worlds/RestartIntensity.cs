using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Worlds;

/// <summary>Counts restarts of actors, to hold supervisors to their intensity.</summary>
internal sealed class RestartIntensity
{
    private readonly Dictionary<(SimulatedProcess, ActorPath), Queue<long>> _restarts = [];

    /// <summary>A supervisor restarts an actor.</summary>
    /// <returns>What is wrong with that, or null.</returns>
    public string? FindFault(SimulatedProcess process, ActorPath actor)
    {
        SupervisorStrategy strategy = SupervisorStrategy.OneForOne;
        if (!_restarts.TryGetValue((process, actor), out Queue<long>? times))
        {
            _restarts[(process, actor)] = times = new Queue<long>();
        }

        long now = process.Clock.GetTimestamp();
        times.Enqueue(now);
        while (now - times.Peek() >= strategy.Window.Ticks)
        {
            times.Dequeue();
        }

        return times.Count > strategy.MaxRestarts
            ? $"{process.Host.Name} has restarted {actor.Name} {times.Count} times within {strategy.Window.TotalSeconds:0} s"
            : null;
    }
}
