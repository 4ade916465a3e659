namespace FedActors.FL.Rounds;

/// <summary>What a member does for the run.</summary>
public enum MemberRole
{
    /// <summary>Trains on its own site's data. As many as register.</summary>
    Worker = 1,

    /// <summary>Reduces updates to one model. One at a time.</summary>
    Aggregator = 2,

    /// <summary>Scores models on held-out data. One at a time.</summary>
    Evaluator = 3,
}
