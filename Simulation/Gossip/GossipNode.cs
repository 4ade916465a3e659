using FedActors.Actors;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Gossip;

/// <summary>One machine of a federation of peers.</summary>
internal sealed class GossipNode(SimulatedHost host) : WorldNode(host)
{
    /// <summary>The name of the peer that runs here.</summary>
    public string Peer { get; set; } = host.Name;

    /// <summary>The life of the peer that runs here, or did last.</summary>
    public PeerLife? Life { get; set; }

    /// <summary>The machine's disk; null where the process keeps nothing.</summary>
    public SimulatedDisk<IGossipStore>? Disk { get; set; }

    /// <summary>Waits for the peer's end.</summary>
    public Task? Ending { get; set; }

    /// <summary>How the peer has ended; null while it goes on.</summary>
    public PeerResult? Result { get; set; }

    /// <summary>Asks the peer what it is at, from inside its process.</summary>
    public ActorRef? Eye { get; set; }

    /// <summary>What the peer was at when it was last asked; null if it has not answered since.</summary>
    public PeerStatus? Status { get; set; }

    /// <summary>After what time a peer that was told to leave comes back; null if it stays away.</summary>
    public TimeSpan? ComesBackAfter { get; set; }

    /// <summary>Whom the peer here was last asked to remove.</summary>
    public GossipNode? Removing { get; set; }

    /// <summary>Whether others were told that the peer is gone for good.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Whether the peer was told to leave, and stays away.</summary>
    public bool HasLeft { get; set; }
}
