namespace FedActors.FL.Rounds;

/// <summary>What a timer guards.</summary>
public enum RoundTimerKind
{
    /// <summary>The wait for the expected workers.</summary>
    Start = 1,

    /// <summary>The wait for an aggregator and an evaluator once the workers are there.</summary>
    StartRoles = 2,

    /// <summary>The wait for an aggregator in mid-run.</summary>
    Aggregator = 3,

    /// <summary>The round's deadline.</summary>
    Deadline = 4,

    /// <summary>The wait for an aggregate.</summary>
    Aggregate = 5,

    /// <summary>The wait for an evaluation.</summary>
    Evaluation = 6,

    /// <summary>The pause before storing is tried again.</summary>
    StorageRetry = 7,

    /// <summary>The wait for outstanding evaluations after the last round.</summary>
    Closing = 8,

    /// <summary>The wait for workers whose combiner was lost to come back by another way.</summary>
    Return = 9,
}

/// <summary>One arming of a timer. An elapsed timer whose sequence is not the armed one's is stale and is ignored.</summary>
/// <param name="Kind">What it guards.</param>
/// <param name="Sequence">Grows with each arming.</param>
public readonly record struct RoundTimer(RoundTimerKind Kind, long Sequence);
