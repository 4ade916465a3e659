using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.FL.Topologies;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Scenarios;

/// <summary>What a scenario of gossip mode runs: the rules of real peers, and what these and the world are like.</summary>
public sealed record PeerScenarioSetup
{
    /// <summary>The rules, validated; as many peers as there are clients.</summary>
    public required PeerOptions Options { get; init; }

    /// <summary>Each client is a peer. Their data are as they are; peers standardise them.</summary>
    public required IVirtualClients Clients { get; init; }

    /// <summary>Who gossips with whom.</summary>
    public ITopology Topology { get; init; } = FL.Topologies.Topology.Complete;

    /// <summary>How fast peers train.</summary>
    public DeviceSpeeds Devices { get; init; } = DeviceSpeeds.Instant;

    /// <summary>When peers are there, once the first of them has closed its first round.</summary>
    public Availability Availability { get; init; } = Availability.Always;

    /// <summary>The way between peers: latency for each two, bandwidth for each; <see cref="NetworkConditions.Loss"/> of the trainings end with a broken connection.</summary>
    public NetworkConditions Network { get; init; } = new();

    /// <summary>When the network falls in two.</summary>
    public NetworkSplits Splits { get; init; } = NetworkSplits.Never;

    /// <summary>What goes wrong at peers: <see cref="ClientFaults.Crash"/> of the trainings end with the peer's death. Peers know no other.</summary>
    public ClientFaults Faults { get; init; } = new();

    /// <summary>What malicious peers publish in the place of what they trained; null for none.</summary>
    public Attack? Attack { get; init; }

    /// <summary>Share of the peers that are malicious.</summary>
    public double AttackShare { get; init; }

    /// <summary>Follows all peers, or null. Called by one at a time.</summary>
    public IPeerObserver? Observer { get; init; }

    /// <summary>Told how far the peers are: of so many, how many have closed a round that on average all are at.</summary>
    public Action<ScenarioProgress>? Progress { get; init; }

    /// <summary>When the run began; from there on its time is virtual.</summary>
    public DateTimeOffset StartedAt { get; init; } = DateTimeOffset.UnixEpoch;
}

/// <summary>How a scenario of gossip mode ended.</summary>
/// <param name="Peers">What each peer's store holds, by name.</param>
/// <param name="ParameterHash">The mean that all who are there hold; null where they did not come to one.</param>
/// <param name="Reason">Why they did not, or null.</param>
/// <param name="Duration">From the beginning to the end, in virtual time.</param>
/// <param name="BytesSent">Bytes that all peers sent, frames and all.</param>
/// <param name="Restarts">How often a peer came back that had died or gone.</param>
public sealed record PeerScenarioResult(IReadOnlyList<ScenarioPeer> Peers, string? ParameterHash, string? Reason, TimeSpan Duration, long BytesSent, int Restarts);

/// <summary>What a simulated peer's store holds at the end.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Rounds">Its rounds.</param>
/// <param name="Mean">The mean that it settled on or left with, or null.</param>
public sealed record ScenarioPeer(string Peer, IReadOnlyList<PeerMetrics> Rounds, KeptMean? Mean);
