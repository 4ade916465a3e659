using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Tests.FL.Roles;

/// <summary>A store that fails when it is told to, before or after the write has reached the disk.</summary>
internal sealed class FaultyStore(ITrainingStore inner) : ITrainingStore
{
    /// <summary>Asked before each write: the failure to report, and whether the write happens all the same.</summary>
    public Func<string, (StoreException Failure, bool Written)?> OnWrite { get; set; } = static _ => null;

    /// <summary>Whether the inner store outlives this one, as a disk outlives a process.</summary>
    public bool StaysOpen { get; init; }

    public void BeginRun(RunRecord run) => Write("begin", () => inner.BeginRun(run));

    public void CommitRound(RoundRecord round) => Write($"round {round.Round}", () => inner.CommitRound(round));

    public bool TrySetEvaluation(string runId, int round, EvaluationRecord evaluation) => inner.TrySetEvaluation(runId, round, evaluation);

    public void EndRun(string runId, RunStatus status, string? reason, DateTimeOffset endedAt) => Write("end", () => inner.EndRun(runId, status, reason, endedAt));

    public void RecordRun(RunRecord run, IReadOnlyList<RoundRecord> rounds) => Write("record", () => inner.RecordRun(run, rounds));

    public void ReopenRun(string runId) => inner.ReopenRun(runId);

    public void RequestStop(string runId, DateTimeOffset requestedAt) => inner.RequestStop(runId, requestedAt);

    public bool IsStopRequested(string runId) => inner.IsStopRequested(runId);

    public RunRecord? FindRun(string runId) => inner.FindRun(runId);

    public IReadOnlyList<RunRecord> ListRuns() => inner.ListRuns();

    public RunRecord? FindUnfinished(string fingerprint)
    {
        Write("open", static () => { });
        return inner.FindUnfinished(fingerprint);
    }

    public RoundRecord? LatestRound(string runId) => inner.LatestRound(runId);

    public RoundRecord? FindRound(string runId, int round) => inner.FindRound(runId, round);

    public IReadOnlyList<RoundRecord> ListRounds(string runId) => inner.ListRounds(runId);

    public IReadOnlyList<RoundRecord> ListKeptRounds(string runId) => inner.ListKeptRounds(runId);

    public RoundRecord? BestRound(string runId) => inner.BestRound(runId);

    public void Dispose()
    {
        if (!StaysOpen)
        {
            inner.Dispose();
        }
    }

    private void Write(string what, Action write)
    {
        if (OnWrite(what) is not { } fault)
        {
            write();
            return;
        }

        if (fault.Written)
        {
            write();
        }

        throw fault.Failure;
    }
}
