namespace FedActors.FL.Rounds;

/// <summary>Why an update, or a member's part in a round, was not counted. A closed set; <see cref="RefusalCodes"/> gives each its stable code.</summary>
public enum RefusalReason
{
    /// <summary>No worker is registered under the name that the update bears.</summary>
    UnknownWorker = 1,

    /// <summary>The sender is not the one that registered under the name that the update bears.</summary>
    Forged = 2,

    /// <summary>The update belongs to another run.</summary>
    WrongRun = 3,

    /// <summary>The update belongs to a round that is already committed.</summary>
    Stale = 4,

    /// <summary>The update belongs to a round that has not begun.</summary>
    Future = 5,

    /// <summary>The worker's update for this round and attempt is already counted.</summary>
    Duplicate = 6,

    /// <summary>The parameters do not have the model's shape.</summary>
    WrongShape = 7,

    /// <summary>The parameters or the metrics hold NaN or an infinity.</summary>
    NonFinite = 8,

    /// <summary>A number is outside what can be, such as more samples than the site has.</summary>
    OutOfRange = 9,

    /// <summary>The worker was not asked in this round.</summary>
    NotSelected = 10,

    /// <summary>The round's collection had closed.</summary>
    Late = 11,

    /// <summary>The update belongs to another attempt at this round.</summary>
    WrongAttempt = 12,

    /// <summary>The round waits for an aggregator and will be asked anew.</summary>
    NotOpen = 13,

    /// <summary>The worker said that its training failed.</summary>
    TrainingFailed = 14,

    /// <summary>The worker was lost before it had answered.</summary>
    Lost = 15,

    /// <summary>The worker had not answered at the round's deadline.</summary>
    NoAnswer = 16,

    /// <summary>The evaluator said that it could not evaluate the round.</summary>
    EvaluationFailed = 17,

    /// <summary>The aggregator was lost or could not reduce the round, which was asked again.</summary>
    AggregationFailed = 18,

    /// <summary>The round's average holds as much as it can without a sum overflowing.</summary>
    AverageFull = 19,

    /// <summary>The update is compressed in a way that the run does not have, or its bytes are no compressed update.</summary>
    Undecodable = 20,
}
