namespace FedActors.FL.Rounds;

/// <summary>Stable names of refusal reasons, for records, logs and the wire.</summary>
public static class RefusalCodes
{
    /// <summary>The reason's code, for instance <c>wrong_shape</c>.</summary>
    public static string Code(this RefusalReason reason) => reason switch
    {
        RefusalReason.UnknownWorker => "unknown_worker",
        RefusalReason.Forged => "forged",
        RefusalReason.WrongRun => "wrong_run",
        RefusalReason.Stale => "stale",
        RefusalReason.Future => "future",
        RefusalReason.Duplicate => "duplicate",
        RefusalReason.WrongShape => "wrong_shape",
        RefusalReason.NonFinite => "non_finite",
        RefusalReason.OutOfRange => "out_of_range",
        RefusalReason.NotSelected => "not_selected",
        RefusalReason.Late => "late",
        RefusalReason.WrongAttempt => "wrong_attempt",
        RefusalReason.NotOpen => "not_open",
        RefusalReason.TrainingFailed => "training_failed",
        RefusalReason.Lost => "lost",
        RefusalReason.NoAnswer => "no_answer",
        RefusalReason.EvaluationFailed => "evaluation_failed",
        RefusalReason.AggregationFailed => "aggregation_failed",
        RefusalReason.AverageFull => "average_full",
        RefusalReason.Undecodable => "undecodable",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Not a refusal reason."),
    };
}
