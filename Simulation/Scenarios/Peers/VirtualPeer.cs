using FedActors.Actors;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Scenarios;

/// <summary>One peer of a scenario: a machine with a store, and the process that runs on it.</summary>
internal sealed class VirtualPeer(int index, SimulatedHost host, DataSet data, IGossipStore store)
{
    public int Index => index;

    public string Name => Host.Name;

    public SimulatedHost Host { get; } = host;

    public DataSet Data { get; } = data;

    public IGossipStore Store { get; } = store;

    /// <summary>The process that runs, or the last that did.</summary>
    public SimulatedProcess? Process { get; set; }

    public ActorSystem? System { get; set; }

    public ActorRef? Actor { get; set; }

    /// <summary>Waits for the process's end as a peer.</summary>
    public Task? Ending { get; set; }

    public PeerCompletion? Completion { get; set; }

    /// <summary>What the peer was last at; null where no process runs.</summary>
    public PeerStatus? Status { get; set; }

    /// <summary>The last round that it closed.</summary>
    public int Round { get; set; }

    /// <summary>Times that it was asked to train, from which chance follows.</summary>
    public int Trainings { get; set; }

    /// <summary>Whether the peer has died, and is not back yet.</summary>
    public bool IsDown { get; set; }

    public bool IsAlive => Process is { IsAlive: true };
}
