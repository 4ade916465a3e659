namespace FedActors.FL.Rounds;

/// <summary>What a run is doing.</summary>
public enum RoundPhase
{
    /// <summary>Created; waits to be opened.</summary>
    New = 0,

    /// <summary>Waits for its members to register.</summary>
    Starting = 1,

    /// <summary>Waits for its beginning to be stored.</summary>
    Beginning = 2,

    /// <summary>Has a round to ask but no aggregator to reduce it.</summary>
    AwaitingAggregator = 3,

    /// <summary>Has asked a cohort and collects its updates.</summary>
    Collecting = 4,

    /// <summary>Waits for the aggregate of the accepted updates.</summary>
    Aggregating = 5,

    /// <summary>Waits for the evaluation of the aggregate.</summary>
    Evaluating = 6,

    /// <summary>Waits for the round to be stored.</summary>
    Persisting = 7,

    /// <summary>All rounds are committed; evaluations of some are still to come.</summary>
    Closing = 8,

    /// <summary>Ended. Nothing has any further effect.</summary>
    Finished = 9,
}
