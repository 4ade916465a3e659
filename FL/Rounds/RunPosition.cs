namespace FedActors.FL.Rounds;

/// <summary>Where a run stands when a machine takes it up.</summary>
public sealed record RunPosition
{
    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>Whether the run was begun before, by a process that has ended since.</summary>
    public bool Resumed { get; init; }

    /// <summary>Rounds committed so far.</summary>
    public int CommittedRounds { get; init; }

    /// <summary>Why the run's last committed round was its last although there could be more, or null: whoever drove it was killed before it could say so.</summary>
    public string? Goal { get; init; }

    /// <summary>Committed rounds that have no evaluation and whose parameters are kept.</summary>
    public IReadOnlyList<int> Unevaluated { get; init; } = [];

    /// <summary>What was last seen of each worker's training.</summary>
    public IReadOnlyDictionary<string, Measurement> Measured { get; init; } = new Dictionary<string, Measurement>();

    /// <summary>The sites that the run took in when it began.</summary>
    public IReadOnlyList<RunSite> Sites { get; init; } = [];
}

/// <summary>A site's part in a run.</summary>
/// <param name="WorkerId">The worker that brought it.</param>
/// <param name="Site">The site's name.</param>
/// <param name="Samples">Its training examples.</param>
public sealed record RunSite(string WorkerId, string Site, long Samples);
