namespace FedActors.Storage.Training;

/// <summary>A training store that ends with its process: for tests, and for runs that shall leave nothing behind.</summary>
public sealed class MemoryTrainingStore : ITrainingStore
{
    private readonly Lock _sync = new();
    private readonly List<Entry> _runs = [];
    private readonly int _keepRounds;

    /// <summary>Creates an empty store.</summary>
    /// <param name="keepRounds">As <see cref="TrainingStoreOptions.KeepRounds"/>.</param>
    public MemoryTrainingStore(int keepRounds = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keepRounds, 1);
        _keepRounds = keepRounds;
    }

    /// <inheritdoc/>
    public void BeginRun(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        lock (_sync)
        {
            if (_runs.Any(e => e.Run.Id == run.Id))
            {
                throw StoreConflict.RunExists(run.Id);
            }

            _runs.Add(new Entry(run with { Plan = run.Plan.ToArray(), Status = RunStatus.Running, Reason = null, EndedAt = null, CommittedRounds = 0 }));
        }
    }

    /// <inheritdoc/>
    public void CommitRound(RoundRecord round)
    {
        ArgumentNullException.ThrowIfNull(round);
        ReadOnlyMemory<byte> parameters = round.Parameters ?? throw new ArgumentException("A round is committed with its parameters.", nameof(round));
        lock (_sync)
        {
            Entry entry = Required(round.RunId);
            StoreConflict.ThrowIfNotNext(entry.Run, round.Round);
            if (entry.Rounds.Count > 0)
            {
                entry.Rounds[^1] = entry.Rounds[^1] with { OptimizerState = null };
            }

            entry.Rounds.Add(round with { Parameters = parameters.ToArray(), OptimizerState = round.OptimizerState is { } state ? state.ToArray() : (ReadOnlyMemory<byte>?)null });
            entry.Run = entry.Run with { CommittedRounds = entry.Rounds.Count };
            DropOldParameters(entry);
        }
    }

    /// <inheritdoc/>
    public bool TrySetEvaluation(string runId, int round, EvaluationRecord evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        lock (_sync)
        {
            Entry entry = Required(runId);
            int index = entry.Rounds.FindIndex(r => r.Round == round);
            if (index < 0)
            {
                throw StoreConflict.NoSuchRound(runId, round);
            }

            if (entry.Rounds[index].Evaluation is not null)
            {
                return false;
            }

            entry.Rounds[index] = entry.Rounds[index] with { Evaluation = evaluation };
            return true;
        }
    }

    /// <inheritdoc/>
    public void EndRun(string runId, RunStatus status, string? reason, DateTimeOffset endedAt)
    {
        StoreConflict.ThrowIfNoEnd(status);
        lock (_sync)
        {
            Entry entry = Required(runId);
            StoreConflict.ThrowIfEnded(entry.Run);
            entry.Run = entry.Run with { Status = status, Reason = reason, EndedAt = endedAt };
        }
    }

    /// <inheritdoc/>
    public void RecordRun(RunRecord run, IReadOnlyList<RoundRecord> rounds)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(rounds);
        StoreConflict.ThrowIfNoRecord(run, rounds);
        lock (_sync)
        {
            int place = _runs.FindIndex(e => e.Run.Id == run.Id);
            bool isBegun = StoreConflict.IsBegun(place < 0 ? null : _runs[place].Run);
            Entry entry = new(run with { Plan = run.Plan.ToArray(), CommittedRounds = rounds.Count == 0 ? 0 : rounds[^1].Round });
            entry.Rounds.AddRange(rounds.Select(round => round with { Parameters = round.Parameters is { } parameters ? parameters.ToArray() : (ReadOnlyMemory<byte>?)null }));
            if (isBegun)
            {
                _runs[place] = entry;
            }
            else
            {
                _runs.Add(entry);
            }
        }
    }

    /// <inheritdoc/>
    public void ReopenRun(string runId)
    {
        lock (_sync)
        {
            Entry entry = Required(runId);
            entry.Run = entry.Run with { Status = RunStatus.Running, Reason = null, EndedAt = null };
            entry.StopRequested = false;
        }
    }

    /// <inheritdoc/>
    public void RequestStop(string runId, DateTimeOffset requestedAt)
    {
        lock (_sync)
        {
            Entry entry = Required(runId);
            entry.StopRequested |= entry.Run.Status == RunStatus.Running;
        }
    }

    /// <inheritdoc/>
    public bool IsStopRequested(string runId)
    {
        lock (_sync)
        {
            return Required(runId).StopRequested;
        }
    }

    /// <inheritdoc/>
    public RunRecord? FindRun(string runId)
    {
        lock (_sync)
        {
            return Find(runId)?.Run;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RunRecord> ListRuns()
    {
        lock (_sync)
        {
            return [.. _runs.Select(e => e.Run).Reverse()];
        }
    }

    /// <inheritdoc/>
    public RunRecord? FindUnfinished(string fingerprint)
    {
        lock (_sync)
        {
            return _runs.FindLast(e => e.Run.Status == RunStatus.Running && e.Run.Fingerprint == fingerprint)?.Run;
        }
    }

    /// <inheritdoc/>
    public RoundRecord? LatestRound(string runId)
    {
        lock (_sync)
        {
            return Find(runId)?.Rounds.LastOrDefault();
        }
    }

    /// <inheritdoc/>
    public RoundRecord? FindRound(string runId, int round)
    {
        lock (_sync)
        {
            return Find(runId)?.Rounds.Find(r => r.Round == round);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RoundRecord> ListRounds(string runId)
    {
        lock (_sync)
        {
            return Find(runId) is { } entry ? [.. entry.Rounds.Select(r => r with { Parameters = null })] : [];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RoundRecord> ListKeptRounds(string runId)
    {
        lock (_sync)
        {
            return Find(runId) is { } entry ? [.. entry.Rounds.Where(r => r.Parameters is not null).Select(r => r with { Parameters = null })] : [];
        }
    }

    /// <inheritdoc/>
    public RoundRecord? BestRound(string runId)
    {
        lock (_sync)
        {
            return Find(runId) is { } entry ? Best(entry) : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing outside the process is held.
    }

    private static RoundRecord? Best(Entry entry) =>
        RoundQuality.BestFirst(entry.Rounds.Where(r => r.Parameters is not null)).FirstOrDefault();

    private void DropOldParameters(Entry entry)
    {
        int? best = Best(entry)?.Round;
        for (int i = 0; i < entry.Rounds.Count - _keepRounds; i++)
        {
            if (entry.Rounds[i].Round != best)
            {
                entry.Rounds[i] = entry.Rounds[i] with { Parameters = null };
            }
        }
    }

    private Entry? Find(string runId) => _runs.Find(e => e.Run.Id == runId);

    private Entry Required(string runId) => Find(runId) ?? throw StoreConflict.NoSuchRun(runId);

    private sealed class Entry(RunRecord run)
    {
        public RunRecord Run { get; set; } = run;

        public List<RoundRecord> Rounds { get; } = [];

        public bool StopRequested { get; set; }
    }
}
