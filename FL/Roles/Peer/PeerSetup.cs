using FedActors.Actors.Transport;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Topologies;
using FedActors.FL.Training;
using FedActors.Storage.Gossip;

namespace FedActors.FL.Roles;

/// <summary>What a peer needs: its site's data, a store, others to call, and a place to train.</summary>
public sealed record PeerSetup
{
    /// <summary>The peer's name, the same over restarts, and the id of its node.</summary>
    public required string PeerId { get; init; }

    /// <summary>The site whose data it holds. Its shuffles depend on it.</summary>
    public required string Site { get; init; }

    /// <summary>The model that the data fits.</summary>
    public required ModelSpecification Specification { get; init; }

    /// <summary>The site's examples, not standardised; they stay here.</summary>
    public required DataSet Data { get; init; }

    /// <summary>Sums over the features, which are all that leaves the site beside models; see <see cref="FeatureMoments.Of"/>.</summary>
    public required FeatureMoments Moments { get; init; }

    /// <summary>The rules, validated.</summary>
    public PeerOptions Options { get; init; } = new();

    /// <summary>Who it is, what it gave out and what it knows.</summary>
    public required IGossipStore Store { get; init; }

    /// <summary>Where others can call it; null if it opens no port and is reached over the connections that it opens.</summary>
    public TransportAddress? Address { get; init; }

    /// <summary>Peers to call first. One that lives is enough.</summary>
    public IReadOnlyList<TransportAddress> Seeds { get; init; } = [];

    /// <summary>Reporters to tell. Their absence changes nothing.</summary>
    public IReadOnlyList<TransportAddress> Reporters { get; init; } = [];

    /// <summary>Who gossips with whom.</summary>
    public ITopology Topology { get; init; } = FL.Topologies.Topology.Complete;

    /// <summary>Proves who wrote what, under mutual TLS; null where nobody can prove anything.</summary>
    public OwnerProofs? Proofs { get; init; }

    /// <summary>Makes what trains, once the standard of the features is known; null for this program's own trainer.</summary>
    public Func<TrainerSubject, ITrainer>? Trainer { get; init; }

    /// <summary>Where training runs. Not where actors run, so that a peer that trains still gossips.</summary>
    public TaskScheduler Training { get; init; } = TaskScheduler.Default;

    /// <summary>Where large bodies are hashed, read and stored. Not where actors run, and not behind training.</summary>
    public TaskScheduler Bodies { get; init; } = TaskScheduler.Default;

    /// <summary>Held-out examples on which each mean is scored, not standardised; or null.</summary>
    public DataSet? Evaluation { get; init; }

    /// <summary>How long a peer waits for its seeds before it publishes: they may know of a former life of it.</summary>
    public TimeSpan JoinGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Whether the peer gossips on when all have agreed, until it is told to stop, so that others still can join.</summary>
    public bool StaysAfterAgreement { get; init; } = true;

    /// <summary>Follows the peer, or null.</summary>
    public IPeerObserver? Observer { get; init; }

    /// <summary>What peers of one process and one thread hold together; null where each holds its own.</summary>
    internal SharedBodies? Shared { get; init; }

    /// <summary>Bytes up to which a body travels with its header; see <see cref="ExchangeLimits.SmallBodyBytes"/>.</summary>
    internal int SmallBodyBytes { get; init; } = ExchangeLimits.MaxSmallBodyBytes;

    /// <summary>Stands something around the machine that decides, to watch it.</summary>
    internal Func<ILearningMachine, ILearningMachine> Machine { get; init; } = static machine => machine;

    /// <summary>Which of two entries of a key stays; null for the rule of <see cref="Stamp"/>. For showing that tests notice another.</summary>
    internal Comparison<Stamp>? Order { get; init; }

    /// <summary>Whether tombstones are forgotten before everybody has acknowledged them. For showing that tests notice.</summary>
    internal bool ForgetsAtOnce { get; init; }

    /// <summary>Bytes above which a body is large: work on it is done on <see cref="Bodies"/>. A smaller one takes about a millisecond, which is less than it costs to do that.</summary>
    internal int LargeBodyBytes { get; init; } = 1 << 20;

    /// <summary>Completes with the peer's end.</summary>
    public PeerCompletion Completion { get; init; } = new();
}
