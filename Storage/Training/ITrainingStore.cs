namespace FedActors.Storage.Training;

/// <summary>Runs and their committed rounds.</summary>
/// <remarks>
/// One writer, the provider; any number of readers in other processes. Calls are synchronous, because SQLite's are, and short.
/// What <see cref="BeginRun"/>, <see cref="CommitRound"/> and <see cref="EndRun"/> return from is durable.
/// </remarks>
public interface ITrainingStore : IDisposable
{
    /// <summary>Records a new run.</summary>
    /// <exception cref="StoreException">A run with this id exists, or the disk refused.</exception>
    void BeginRun(RunRecord run);

    /// <summary>Records a round whole, or not at all.</summary>
    /// <exception cref="StoreException">The run is unknown or ended, the round is not the one after the last committed, or the disk refused.</exception>
    void CommitRound(RoundRecord round);

    /// <summary>Adds an evaluation that arrived after its round was committed. Leaves a round that already has one as it is.</summary>
    /// <exception cref="StoreException">No such round was committed.</exception>
    /// <returns>Whether the round had none and now has this one.</returns>
    bool TrySetEvaluation(string runId, int round, EvaluationRecord evaluation);

    /// <summary>States how a run ended. A run that is resumed is opened again with <see cref="ReopenRun"/>.</summary>
    /// <exception cref="StoreException">The run is unknown or has ended already.</exception>
    void EndRun(string runId, RunStatus status, string? reason, DateTimeOffset endedAt);

    /// <summary>Records a run that ended elsewhere, with the rounds that are known of it: whole, or not at all. Nobody commits its rounds here.</summary>
    /// <param name="run">How it ended. One that was begun or reopened here, and has not ended, ends so: its plan and its rounds are replaced.</param>
    /// <param name="rounds">In ascending order. Some may be missing, and some may have no parameters.</param>
    /// <exception cref="StoreException">Another run with this id exists, or the disk refused.</exception>
    /// <exception cref="ArgumentException">The run has not ended, or the rounds are of another run or out of order.</exception>
    void RecordRun(RunRecord run, IReadOnlyList<RoundRecord> rounds);

    /// <summary>Takes an ended or interrupted run up again, and forgets a request to stop it.</summary>
    /// <exception cref="StoreException">The run is unknown.</exception>
    void ReopenRun(string runId);

    /// <summary>Leaves word for the run's provider that it shall end the run after the round it is in. Does nothing to a run that has ended.</summary>
    /// <remarks>The one change that a process other than the writer may make; the provider's process looks for it once a second.</remarks>
    void RequestStop(string runId, DateTimeOffset requestedAt);

    /// <summary>Whether somebody asked for the run's end since it was begun or reopened.</summary>
    bool IsStopRequested(string runId);

    /// <summary>The run, or null.</summary>
    RunRecord? FindRun(string runId);

    /// <summary>All runs, newest first.</summary>
    IReadOnlyList<RunRecord> ListRuns();

    /// <summary>The newest run that has not ended and has this configuration fingerprint, or null.</summary>
    RunRecord? FindUnfinished(string fingerprint);

    /// <summary>The last committed round with its parameters, or null before the first.</summary>
    /// <exception cref="StoreException">The stored parameters do not match their checksum.</exception>
    RoundRecord? LatestRound(string runId);

    /// <summary>One committed round, or null. Its parameters are null where retention has dropped them.</summary>
    RoundRecord? FindRound(string runId, int round);

    /// <summary>All committed rounds of a run in order, without their parameters.</summary>
    IReadOnlyList<RoundRecord> ListRounds(string runId);

    /// <summary>The committed rounds of a run whose parameters are kept, in order, without their parameters.</summary>
    IReadOnlyList<RoundRecord> ListKeptRounds(string runId);

    /// <summary>The round with the highest evaluated accuracy whose parameters are kept, or null. Of equals the one with the lower loss, then the earlier.</summary>
    RoundRecord? BestRound(string runId);
}
