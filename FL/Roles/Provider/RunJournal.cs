using System.Diagnostics;
using FedActors.Actors;
using FedActors.FL.Compression;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <summary>What of a run is durable: its beginning, its committed rounds and its end, with the plan and the global parameters that follow from them.</summary>
internal sealed class RunJournal(ProviderSetup setup, Strategy strategy, TimeProvider time)
{
    // Ids have 32 bits: a second clash in one store is a broken store.
    private const int MaxIdAttempts = 8;

    private readonly ITrainingStore _store = setup.Store;
    private readonly ServerOptimizer _optimizer = strategy.Optimizer;

    /// <summary>The run as stored, or as it will be stored when it begins.</summary>
    public RunRecord Run { get; private set; } = null!;

    /// <summary>The plan; null until the run begins.</summary>
    public RunPlan? Plan { get; private set; }

    /// <summary>The last committed parameters, or the initial ones; null until the run begins.</summary>
    public ParameterVector? Global { get; private set; }

    /// <summary>Their hash.</summary>
    public string GlobalHash { get; private set; } = "";

    /// <summary>What the server optimizer remembers of the rounds that led to <see cref="Global"/>.</summary>
    public OptimizerState OptimizerState { get; private set; } = OptimizerState.Empty;

    /// <summary>What the strategy remembers of each site over the rounds that led to <see cref="Global"/>.</summary>
    public SiteVectors SiteVectors { get; private set; } = SiteVectors.Empty;

    /// <summary>For each worker the last committed round in which its update counted.</summary>
    public Dictionary<string, int> Settled { get; } = new(StringComparer.Ordinal);

    /// <summary>Rounds that led to <see cref="Global"/>.</summary>
    public int GlobalRound { get; private set; }

    /// <summary>Finds the run to take up, or prepares a new one.</summary>
    /// <exception cref="StoreException">The store cannot be read, or the run asked for is not there or was begun under other rules.</exception>
    public RunPosition Open()
    {
        string fingerprint = RunFingerprint.Of(setup.Options, setup.Data, setup.Package?.Checksum);
        RunRecord? stored = setup.Choice switch
        {
            RunChoice.New => setup.Completion.Begun is { } begun ? _store.FindRun(begun) : null,
            RunChoice.Given => FindGiven(fingerprint)
                ?? throw new StoreException(StoreFault.Conflict, $"There is no run {setup.RunId} in the store; list the runs that there are."),
            RunChoice.GivenOrNew => FindGiven(fingerprint),
            _ => _store.FindUnfinished(fingerprint),
        };
        return stored is null ? Prepare(fingerprint) : Resume(stored);
    }

    /// <summary>How the run ended, if that is all there is to say of it; see <see cref="RunChoice.GivenOrNew"/>.</summary>
    public RunResult? FindEnd()
    {
        if (setup.Choice != RunChoice.GivenOrNew || Run.Status == RunStatus.Running)
        {
            return null;
        }

        RunOutcome outcome = Run.Status switch
        {
            RunStatus.Finished => RunOutcome.Finished,
            RunStatus.Stopped => RunOutcome.Stopped,
            RunStatus.BelowParticipation => RunOutcome.BelowParticipation,
            _ => RunOutcome.Failed,
        };
        return new RunResult(Run, outcome, Run.Reason, GlobalRound > 0 ? GlobalHash : null);
    }

    /// <summary>Stores the beginning of a new run, or takes up what an earlier try has stored and was said to have failed.</summary>
    /// <exception cref="StoreException">It is not stored, or will not fit.</exception>
    public void Begin(ModelSpecification specification, Standardiser standardiser, IReadOnlyList<RunSite> sites)
    {
        CheckRoom(sites.Count, specification.Layout.Count);
        CompressionPipeline compression = CompressionPipeline.From(setup.Options.Compression);
        if (compression.FindMisfit(specification.Layout) is { } misfit)
        {
            throw new StoreException(StoreFault.Conflict, $"compression {misfit}");
        }

        RunPlan plan = new(
            Run.Id, setup.Options.Seed, specification, setup.Options.Training, standardiser.Means.ToArray(), standardiser.Scales.ToArray(), sites, compression.Text)
        {
            Package = setup.Package,
        };
        RunRecord run = Run with { Plan = plan.ToBytes(), StartedAt = time.GetUtcNow() };
        if (_store.FindRun(run.Id) is { } stored)
        {
            setup.Completion.Begun = stored.Id;
            Resume(stored);
            return;
        }

        _store.BeginRun(run);
        setup.Completion.Begun = run.Id;
        Run = run;
        AdoptInitial(plan);
    }

    /// <summary>Takes a stored run up again. One that was interrupted is reopened too: that forgets a request to stop it, and says who drives it now.</summary>
    public void Reopen()
    {
        _store.ReopenRun(Run.Id);
        Refresh();
    }

    /// <summary>Stores a round; from then on its parameters are the global ones.</summary>
    /// <exception cref="StoreException">It is not stored.</exception>
    public void Commit(RoundRecord round, ParameterVector parameters, OptimizerState state, SiteVectors vectors)
    {
        CheckRoom(vectors.Count, parameters.Count);
        try
        {
            _store.CommitRound(round);
        }
        catch (StoreException e) when (e.Fault == StoreFault.Conflict && IsStored(round))
        {
            // An earlier try reached the disk although it reported a failure.
        }

        Global = parameters;
        OptimizerState = state;
        SiteVectors = vectors;
        GlobalHash = round.ParameterHash;
        GlobalRound = round.Round;
        Settle(round);
        Run = Run with { CommittedRounds = round.Round };
    }

    /// <summary>The parameters and hash of a committed round, or null where they are not kept.</summary>
    public (ParameterVector Parameters, string Hash)? Find(int round)
    {
        if (round == GlobalRound)
        {
            return (Global!, GlobalHash);
        }

        return _store.FindRound(Run.Id, round) is { Parameters: { } bytes } record
            ? (ParameterVector.FromBytes(Plan!.Specification.Layout, bytes.Span), record.ParameterHash)
            : null;
    }

    public bool Backfill(int round, EvaluationRecord evaluation) => _store.TrySetEvaluation(Run.Id, round, evaluation);

    /// <summary>Stores how the run ended, if it had begun.</summary>
    public void End(RunOutcome outcome, string? reason)
    {
        RunStatus status = outcome switch
        {
            RunOutcome.Finished => RunStatus.Finished,
            RunOutcome.Failed => RunStatus.Failed,
            RunOutcome.Stopped => RunStatus.Stopped,
            RunOutcome.BelowParticipation => RunStatus.BelowParticipation,
            _ => throw new UnreachableException($"{outcome} is no outcome."),
        };
        DateTimeOffset now = time.GetUtcNow();
        bool mustBeStored = Plan is not null && Run.Status == RunStatus.Running;

        // It has ended even where the disk refuses to say so.
        Run = Run with { Status = status, Reason = reason, EndedAt = now };
        if (mustBeStored)
        {
            _store.EndRun(Run.Id, status, reason, now);
        }
    }

    private RunPosition Prepare(string fingerprint)
    {
        DateTimeOffset now = time.GetUtcNow();
        string? id = setup.Choice == RunChoice.GivenOrNew ? setup.RunId : FindFreeId(fingerprint, now);
        Run = new RunRecord(
            id!, fingerprint, setup.Configuration, ReadOnlyMemory<byte>.Empty, setup.Options.Seed, setup.Options.Training.Rounds, RunStatus.Running, null, now, null, 0);
        return new RunPosition { RunId = Run.Id };
    }

    private string FindFreeId(string fingerprint, DateTimeOffset now) =>
        Enumerable.Range(0, MaxIdAttempts).Select(salt => RunFingerprint.NewRunId(fingerprint, now, salt)).FirstOrDefault(id => _store.FindRun(id) is null)
        ?? throw new StoreException(StoreFault.Conflict, $"No free run id was found in {MaxIdAttempts} tries; the store answers every id as taken.");

    private RunPosition Resume(RunRecord stored)
    {
        Run = stored;
        RunPlan plan;
        try
        {
            plan = RunPlanCodec.Read(stored.Plan.Span);
        }
        catch (ProtocolException e)
        {
            throw new StoreException(StoreFault.Corrupt, $"The plan of run {stored.Id} cannot be read: {e.Message} Begin a new run.", e);
        }

        if (_store.LatestRound(stored.Id) is not { } latest)
        {
            AdoptInitial(plan);
        }
        else if (latest.Parameters is { } parameters)
        {
            int count = plan.Specification.Layout.Count;
            Adopt(plan, ParameterVector.FromBytes(plan.Specification.Layout, parameters.Span), latest.Round, ReadState(latest, count));
            SiteVectors = ReadVectors(latest, count);
        }
        else
        {
            throw new StoreException(StoreFault.Corrupt, $"The parameters of round {latest.Round} of run {stored.Id} are not kept; the run cannot go on. Begin a new run.");
        }

        IReadOnlyList<RoundRecord> rounds = _store.ListRounds(stored.Id);
        foreach (RoundRecord round in rounds)
        {
            Settle(round);
        }

        return new RunPosition
        {
            RunId = stored.Id,
            Resumed = true,
            Measured = Measure(rounds),
            Goal = rounds.Count == 0
                ? null
                : Termination.FindReason(setup.Options.Termination, [.. rounds.Select(round => round.Evaluation?.Accuracy)], rounds[^1].CommittedAt - stored.StartedAt),
            CommittedRounds = GlobalRound,
            Unevaluated = [.. rounds.Where(round => round.Evaluation is null).Select(round => round.Round)],
            Sites = plan.Sites,
        };
    }

    // How many steps a training took is not stored, so that a semi-synchronous run measures again.
    private static Dictionary<string, Measurement> Measure(IReadOnlyList<RoundRecord> rounds)
    {
        Dictionary<string, Measurement> measured = new(StringComparer.Ordinal);
        foreach (ParticipantRecord participant in rounds.SelectMany(round => round.Participants))
        {
            measured[participant.WorkerId] = new Measurement(participant.Loss, participant.TrainingTime, 0);
        }

        return measured;
    }

    private RunRecord? FindGiven(string fingerprint)
    {
        RunRecord? run = _store.FindRun(setup.RunId ?? throw new ArgumentException("A choice of a given run needs its id."));
        return run is null || run.Fingerprint == fingerprint
            ? run
            : throw new StoreException(StoreFault.Conflict, $"Run {run.Id} was begun with other settings; resume it with those that its record shows.");
    }

    private OptimizerState ReadState(RoundRecord latest, int count) => _optimizer.Moments == 0
        ? OptimizerState.Empty
        : ReadMemory(latest, $"The state of server optimizer {_optimizer.Name}", bytes => OptimizerState.FromBytes(bytes.Span, _optimizer.Moments, count));

    private SiteVectors ReadVectors(RoundRecord latest, int count) => strategy.KeepsSiteVectors
        ? ReadMemory(latest, $"What strategy {strategy.Name} remembers of each site", bytes => SiteVectors.FromBytes(bytes, count))
        : SiteVectors.Empty;

    private static T ReadMemory<T>(RoundRecord latest, string what, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(latest.OptimizerState.GetValueOrDefault());
        }
        catch (ArgumentException e)
        {
            throw new StoreException(StoreFault.Corrupt, $"{what} after round {latest.Round} of run {latest.RunId} cannot be read: {e.Message} Begin a new run.", e);
        }
    }

    private void CheckRoom(int sites, int count)
    {
        if (strategy.KeepsSiteVectors && SiteVectors.FindFault(sites, count, strategy.Name) is { } fault)
        {
            throw new StoreException(StoreFault.Conflict, fault);
        }
    }

    private void AdoptInitial(RunPlan plan) =>
        Adopt(plan, InitialParameters.Draw(plan.Specification, plan.Seed), 0, _optimizer.Begin(plan.Specification.Layout.Count));

    private void Adopt(RunPlan plan, ParameterVector global, int round, OptimizerState state)
    {
        OptimizerState = state;
        Plan = plan;
        Global = global;
        GlobalHash = global.Hash();
        GlobalRound = round;
    }

    private void Settle(RoundRecord round)
    {
        Settled.EnsureCapacity(round.Participants.Count);
        foreach (ParticipantRecord participant in round.Participants)
        {
            Settled[participant.WorkerId] = round.Round;
        }
    }

    private bool IsStored(RoundRecord round) =>
        _store.LatestRound(round.RunId) is { } latest && latest.Round == round.Round && latest.ParameterHash == round.ParameterHash;

    private void Refresh() => Run = _store.FindRun(Run.Id) ?? Run;
}
