using FedActors.Simulation.Kernel;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Disk;

/// <summary>The training store on a disk, as one process sees it.</summary>
/// <param name="disk">The disk.</param>
/// <param name="process">The process.</param>
/// <param name="written">Told of each round that was written, before anybody else hears of it.</param>
internal sealed class SimulatedTrainingStore(SimulatedDisk<ITrainingStore> disk, SimulatedProcess process, Action<RoundRecord>? written = null) : ITrainingStore
{
    private ITrainingStore Content
    {
        get
        {
            ThrowIfEnded();
            return disk.Content;
        }
    }

    public void BeginRun(RunRecord run) => Write("the beginning", true, store => store.BeginRun(run));

    public void CommitRound(RoundRecord round)
    {
        ArgumentNullException.ThrowIfNull(round);
        ThrowIfEnded();
        disk.Write($"round {round.Round}", promised: true, store => store.CommitRound(round), () => written?.Invoke(round));
    }

    public bool TrySetEvaluation(string runId, int round, EvaluationRecord evaluation)
    {
        bool set = false;
        Write($"the evaluation of round {round}", false, store => set = store.TrySetEvaluation(runId, round, evaluation));
        return set;
    }

    public void EndRun(string runId, RunStatus status, string? reason, DateTimeOffset endedAt) =>
        Write("the end", true, store => store.EndRun(runId, status, reason, endedAt));

    public void RecordRun(RunRecord run, IReadOnlyList<RoundRecord> rounds) => Write("a whole run", true, store => store.RecordRun(run, rounds));

    public void ReopenRun(string runId) => Write("the reopening", false, store => store.ReopenRun(runId));

    public void RequestStop(string runId, DateTimeOffset requestedAt) => Write("a request to stop", false, store => store.RequestStop(runId, requestedAt));

    public bool IsStopRequested(string runId) => Content.IsStopRequested(runId);

    public RunRecord? FindRun(string runId) => Content.FindRun(runId);

    public IReadOnlyList<RunRecord> ListRuns() => Content.ListRuns();

    public RunRecord? FindUnfinished(string fingerprint) => Content.FindUnfinished(fingerprint);

    public RoundRecord? LatestRound(string runId) => Content.LatestRound(runId);

    public RoundRecord? FindRound(string runId, int round) => Content.FindRound(runId, round);

    public IReadOnlyList<RoundRecord> ListRounds(string runId) => Content.ListRounds(runId);

    public IReadOnlyList<RoundRecord> ListKeptRounds(string runId) => Content.ListKeptRounds(runId);

    public RoundRecord? BestRound(string runId) => Content.BestRound(runId);

    public void Dispose()
    {
        // The disk stays.
    }

    private void Write(string what, bool promised, Action<ITrainingStore> change)
    {
        ThrowIfEnded();
        disk.Write(what, promised, change);
    }

    private void ThrowIfEnded()
    {
        if (!process.IsAlive)
        {
            throw new ProcessEndedException($"{process.Host.Name} has ended.");
        }
    }
}
