namespace FedActors.Storage.Training;

/// <summary>One committed round.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Round">Counted from 1.</param>
/// <param name="Parameters">The global parameters after the round, as the writer encodes them; null where retention has dropped them or a listing leaves them out.</param>
/// <param name="ParameterHash">Lower-case hex SHA-256 of the parameters; kept for ever.</param>
/// <param name="ChangeNorm">Euclidean norm of the parameters' change over the round.</param>
/// <param name="TrainLoss">Sites' mean training loss, weighted by samples.</param>
/// <param name="TrainAccuracy">Sites' mean training accuracy, weighted by samples, in [0, 1].</param>
/// <param name="Evaluation">What the evaluator found, or null while none has answered.</param>
/// <param name="Participants">One row for each accepted update.</param>
/// <param name="Refusals">One row for each refused update or failed site.</param>
/// <param name="Cohort">Names of the sites that were asked.</param>
/// <param name="Attempts">How often the round was asked; 1 when nothing went wrong.</param>
/// <param name="Timings">Where the round's time went.</param>
/// <param name="BytesSent">Bytes that the provider sent for this round; 0 in one process.</param>
/// <param name="BytesReceived">Bytes that the provider received for this round; 0 in one process.</param>
/// <param name="CommittedAt">When it was committed.</param>
public sealed record RoundRecord(
    string RunId,
    int Round,
    ReadOnlyMemory<byte>? Parameters,
    string ParameterHash,
    double ChangeNorm,
    double TrainLoss,
    double TrainAccuracy,
    EvaluationRecord? Evaluation,
    IReadOnlyList<ParticipantRecord> Participants,
    IReadOnlyList<RefusalRecord> Refusals,
    IReadOnlyList<string> Cohort,
    int Attempts,
    RoundTimings Timings,
    long BytesSent,
    long BytesReceived,
    DateTimeOffset CommittedAt)
{
    /// <summary>What a server optimizer remembers after the round, as the writer encodes it; null where it remembers nothing, and for rounds before the last.</summary>
    public ReadOnlyMemory<byte>? OptimizerState { get; init; }

    /// <summary>Bytes of the parameters in the updates that counted, as they came; 0 in rounds from before it was noted.</summary>
    public long UpdateBytes { get; init; }

    /// <summary>Bytes that compression took off them.</summary>
    public long BytesSaved { get; init; }
}

/// <summary>An accepted update.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Samples">Its examples, which are its aggregation weight.</param>
/// <param name="Loss">Its training loss.</param>
/// <param name="Accuracy">Its training accuracy in [0, 1].</param>
/// <param name="TrainingTime">How long it says that it trained.</param>
public sealed record ParticipantRecord(string WorkerId, long Samples, double Loss, double Accuracy, TimeSpan TrainingTime);

/// <summary>A refused update, or a site that said it failed or was lost.</summary>
/// <param name="WorkerId">The worker, as it called itself.</param>
/// <param name="Reason">A short stable code such as <c>duplicate</c>.</param>
/// <param name="Text">What happened, for people.</param>
public sealed record RefusalRecord(string WorkerId, string Reason, string Text);

/// <summary>What the evaluator found.</summary>
/// <param name="Samples">Examples evaluated.</param>
/// <param name="Accuracy">Share predicted right, in [0, 1].</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="PerClassAccuracy">For each class, the share of its examples predicted right; NaN for a class without examples.</param>
/// <param name="Confusion">Row-major [true class, predicted class] counts.</param>
public sealed record EvaluationRecord(long Samples, double Accuracy, double Loss, IReadOnlyList<double> PerClassAccuracy, IReadOnlyList<long> Confusion);

/// <summary>Where a round's time went.</summary>
/// <param name="Total">From selection to commit.</param>
/// <param name="Collect">From the first request sent to the last update accepted.</param>
/// <param name="SlowestTraining">The longest training time that a participant reported.</param>
/// <param name="Aggregate">From closing the collection to the aggregate's arrival.</param>
/// <param name="Evaluate">From asking the evaluator to its answer.</param>
public sealed record RoundTimings(TimeSpan Total, TimeSpan Collect, TimeSpan SlowestTraining, TimeSpan Aggregate, TimeSpan Evaluate);
