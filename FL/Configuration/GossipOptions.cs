namespace FedActors.FL.Configuration;

/// <summary>How peers find, tell and await each other.</summary>
public sealed record GossipOptions
{
    /// <summary>Peers whose feature moments a peer waits for before its first round, its own among them. The same for all.</summary>
    public int Peers { get; init; } = 4;

    /// <summary>With how many of them it begins once it has waited for <see cref="StartTimeout"/>.</summary>
    public int MinPeers { get; init; } = 3;

    /// <summary>How long a peer waits for all <see cref="Peers"/>.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest a peer waits for the others' models of its round before it trains on with those that it has. Nobody waits for the dead or for those who are far behind.</summary>
    public TimeSpan PublicationInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how many publication intervals without a sign of life a peer's model leaves the aggregate, unless its training has ended.</summary>
    public int AgeLimit { get; init; } = 5;

    /// <summary>How often a peer compares its state with one of its neighbours, beside the exchanges that news bring about.</summary>
    public TimeSpan ExchangePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often one of these exchanges compares digests even if the root hashes agree; see ADR 0008.</summary>
    public TimeSpan FullExchangePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many neighbours are told of news at once; they tell others.</summary>
    public int Fanout { get; init; } = 4;

    /// <summary>Change of the aggregate, as Euclidean norm, under which a round counts towards convergence.</summary>
    public double ConvergenceEps { get; init; } = 0.001;

    /// <summary>Rounds in a row under <see cref="ConvergenceEps"/> after which a peer stops training.</summary>
    public int ConvergencePatience { get; init; } = 3;

    /// <summary>Whether a peer averages its neighbours' models alone, in the topology, and not all that it knows. Rules for neighbours do so always.</summary>
    public bool AveragesWithNeighbours { get; init; }

    /// <summary>Rounds after the last training in which peers only average, so that neighbours come to one.</summary>
    public int MixingRounds { get; init; }

    /// <summary>How often reporters hear of a peer.</summary>
    public TimeSpan ReportPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of all bodies held or on their way.</summary>
    public long MaxResidentBytes { get; init; } = 1L << 30;

    /// <summary>Bytes a second that a peer may have to receive for models; above it, publication intervals are stretched. Null is no bound.</summary>
    public long? MaxBytesPerSecond { get; init; }

    /// <summary>How the dead are told from the living.</summary>
    public MembershipOptions Membership { get; init; } = new();
}
