namespace FedActors.FL.Gossip;

/// <summary>What a peer is at, for people and for reporters. No parameters.</summary>
public sealed record PeerStatus
{
    /// <summary>The peer.</summary>
    public required string Peer { get; init; }

    /// <summary>In which it publishes; 0 while it does not know yet.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>Its process.</summary>
    public long Life { get; init; }

    /// <summary>What its learning is at.</summary>
    public LearningPhase Phase { get; init; }

    /// <summary>Its last round; 0 before the first.</summary>
    public int Round { get; init; }

    /// <summary>The round after which it stops.</summary>
    public int MaxRounds { get; init; }

    /// <summary>Euclidean norm of the mean's last change; NaN before the first.</summary>
    public double ChangeNorm { get; init; } = double.NaN;

    /// <summary>The mean's hash; null before the first.</summary>
    public string? ParameterHash { get; init; }

    /// <summary>Peers whose models are in the mean.</summary>
    public int Models { get; init; }

    /// <summary>The mean's accuracy on evaluation data; null where there is none.</summary>
    public double? Accuracy { get; init; }

    /// <summary>The mean's loss on evaluation data; null where there is none.</summary>
    public double? Loss { get; init; }

    /// <summary>Whether all whom it knows are done, so that the mean is final.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Whether all who are here have settled on the same mean.</summary>
    public bool IsAgreed { get; init; }

    /// <summary>Hash of the replicated state, in hex. Peers with one hash hold the same.</summary>
    public required string RootHash { get; init; }

    /// <summary>Models published by all peers together, as far as is known here.</summary>
    public long Publications { get; init; }

    /// <summary>Gossip messages sent.</summary>
    public long Sent { get; init; }

    /// <summary>Gossip messages received.</summary>
    public long Received { get; init; }

    /// <summary>What others sent and was not taken in, without what happens between honest peers too.</summary>
    public long Refusals { get; init; }

    /// <summary>All that was not taken in, by sender and reason.</summary>
    public IReadOnlyList<RefusalCount> Refused { get; init; } = [];

    /// <summary>Versions that were found with two contents.</summary>
    public long Equivocations { get; init; }

    /// <summary>All whom it knows, itself included, by name.</summary>
    public IReadOnlyList<PeerView> Peers { get; init; } = [];
}

/// <summary>What was not taken in from one sender for one reason.</summary>
/// <param name="From">The peer that sent it, or whose key it was; several together once there are too many.</param>
/// <param name="Reason">A word that is the same for all of a kind.</param>
/// <param name="Count">How often.</param>
public sealed record RefusalCount(string From, string Reason, long Count);

/// <summary>One peer as another sees it.</summary>
/// <param name="Peer">Who.</param>
/// <param name="State">Whether it is held to live.</param>
/// <param name="Address">Where it listens; null if it opens no port.</param>
/// <param name="IsNeighbour">Whether the two gossip with each other.</param>
/// <param name="IsConnected">Whether they are connected now.</param>
/// <param name="Incarnation">Of its newest model here; 0 without one.</param>
/// <param name="Sequence">Of its newest model here.</param>
/// <param name="Round">Of its newest model here.</param>
/// <param name="Samples">Examples that the model was trained on.</param>
/// <param name="Silence">Since its last sign of life.</param>
/// <param name="IsFresh">Whether its model counts.</param>
/// <param name="IsDone">Whether it trains no more.</param>
public sealed record PeerView(
    string Peer, MemberState State, string? Address, bool IsNeighbour, bool IsConnected, ulong Incarnation, ulong Sequence, int Round, long Samples,
    TimeSpan Silence, bool IsFresh, bool IsDone);
