namespace FedActors.FL.Rounds;

/// <summary>What became of a round.</summary>
/// <param name="Round">The round.</param>
/// <param name="Attempts">How often it was asked.</param>
/// <param name="Cohort">Workers that the last attempt asked, by name.</param>
/// <param name="Participants">Accepted updates, by worker.</param>
/// <param name="Refusals">What was not counted, in order of occurrence, over all attempts.</param>
/// <param name="TrainLoss">Mean training loss, weighted by samples.</param>
/// <param name="TrainAccuracy">Mean training accuracy, weighted by samples.</param>
/// <param name="Evaluated">Whether the evaluation that was adopted belongs to the record.</param>
public sealed record RoundSummary(
    int Round,
    int Attempts,
    IReadOnlyList<string> Cohort,
    IReadOnlyList<RoundParticipant> Participants,
    IReadOnlyList<RoundRefusal> Refusals,
    double TrainLoss,
    double TrainAccuracy,
    bool Evaluated);

/// <summary>An accepted update.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="Figures">Its figures.</param>
public sealed record RoundParticipant(string WorkerId, UpdateFigures Figures);

/// <summary>Something that was not counted.</summary>
/// <param name="MemberId">Who, as it calls itself.</param>
/// <param name="Reason">The kind of reason.</param>
/// <param name="Text">What happened, for people.</param>
public sealed record RoundRefusal(string MemberId, RefusalReason Reason, string Text);
