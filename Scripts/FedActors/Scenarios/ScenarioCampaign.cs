using System.Globalization;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Simulation.Scenarios;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Scenarios;

/// <summary>Runs all that a scenario asks for, one run after another, and tells how far it is.</summary>
internal sealed class ScenarioCampaign(CommandContext context, ScenarioPlan plan) : IRunObserver
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    private readonly long _started = context.Time.GetTimestamp();
    private readonly List<ScenarioOutcome> _outcomes = [];
    private TimeSpan _told;
    private TimeSpan _preparing;
    private TimeSpan _began;
    private int _rounds;
    private int _committed;
    private long _updateBytes;
    private long _bytesSaved;
    private string _run = "";

    /// <summary>Runs the campaign.</summary>
    public Task<CommandResult> RunAsync(CancellationToken stopping) => Task.Run(() => Run(stopping), CancellationToken.None);

    private CommandResult Run(CancellationToken stopping)
    {
        StorageConfig storage = FedConfig.From(plan.Variants[0].Values).Storage;
        using SqliteTrainingStore store = Stores.OpenForWriting(storage);
        foreach (ScenarioVariant variant in plan.Variants)
        {
            for (int i = 0; i < plan.Seeds && !stopping.IsCancellationRequested; i++)
            {
                _outcomes.Add(RunOne(variant, unchecked(variant.Values.Get(ConfigKeys.Seed) + (ulong)i), store, stopping));
            }
        }

        return ScenarioReport.Of(plan, _outcomes, store, storage.TrainingStore, context.Time.GetElapsedTime(_started));
    }

    private ScenarioOutcome RunOne(ScenarioVariant variant, ulong seed, SqliteTrainingStore store, CancellationToken stopping)
    {
        _began = context.Time.GetElapsedTime(_started);
        IVirtualClients clients = ScenarioClients.Make(variant.Values, seed);
        if (ModelSpecification.FindFault(variant.Values.Get(ConfigKeys.Model), clients.Features, clients.Classes) is { } fault)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.Model.Path, $"\"{variant.Values.Get(ConfigKeys.Model)}\"", variant.Values.Origin(ConfigKeys.Model), $"must fit the data {clients.DataName}: {fault}")]);
        }

        ScenarioSetup setup = ScenarioSetups.Of(variant, seed, clients, store, context.Time) with { Observer = this, Progress = OnProgress };
        if (_outcomes.Count == 0)
        {
            Introduce(setup);
        }

        _run = plan.Runs == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"run {_outcomes.Count + 1} of {plan.Runs}  {variant.Label}{(variant.Swept.Count == 0 ? "" : "  ")}seed {seed}  ");
        (_committed, _updateBytes, _bytesSaved) = (0, 0, 0);
        _rounds = setup.Options.Training.Rounds;
        RunResult result = ScenarioRun.Execute(setup, stopping);
        ScenarioOutcome outcome = new(variant, seed, result, store.LatestRound(result.Run.Id), store.BestRound(result.Run.Id)) { UpdateBytes = _updateBytes, BytesSaved = _bytesSaved };
        if (plan.Runs > 1)
        {
            context.Output.Progress?.WriteLine(_run + RoundText.End(result.Run, outcome.Last, RunState.Of(result.Outcome), FedConfig.From(variant.Values).Storage.TrainingStore));
        }

        return outcome;
    }

    // What it will take is said before it takes it.
    private void Introduce(ScenarioSetup setup)
    {
        ScenarioMemory memory = ScenarioMemory.Of(setup);
        ModelSpecification model = new(setup.Options.Training.Model, setup.Clients.Features, setup.Clients.Classes);
        context.Output.Progress?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Name}: {setup.Clients.Count:N0} clients with {setup.Clients.DataName} data, {model}, {model.Layout.Count:N0} parameters, {setup.Options.Strategy.Name}; {(plan.Runs == 1 ? "1 run" : $"{plan.Runs} runs")} of {setup.Options.Training.Rounds:N0} rounds"));
        context.Output.Progress?.WriteLine(memory.ToString());
        if (memory.Total > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            context.Output.Notice($"This machine has {RoundText.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} of memory: take fewer clients, a smaller model, or a strategy that holds no updates.");
        }
    }

    void IRunObserver.OnMember(MemberChange change)
    {
    }

    void IRunObserver.OnStarted(RunRecord run, RunSummary summary)
    {
        _preparing += context.Time.GetElapsedTime(_started) - _began;
        context.Output.Event("started", () => RunJson.Run(run, RunState.Of(run, isDriven: true)));
    }

    void IRunObserver.OnRound(RoundRecord round)
    {
        _committed = round.Round;
        _updateBytes += round.UpdateBytes;
        _bytesSaved += round.BytesSaved;
        context.Output.Event("round", () => RunJson.Round(round));
        if (plan.Runs == 1)
        {
            if (round.Round == 1)
            {
                context.Output.Progress?.WriteLine(RoundText.Header());
            }

            context.Output.Progress?.WriteLine(RoundText.Round(round));
        }
    }

    void IRunObserver.OnWaiting(string cause)
    {
    }

    void IRunObserver.OnEnded(RunRecord run) => context.Output.Event("ended", () => RunJson.Run(run, RunState.Of(run, isDriven: true)));

    private void OnProgress(ScenarioProgress progress)
    {
        TimeSpan elapsed = context.Time.GetElapsedTime(_started);
        if (elapsed - _told < ProgressInterval)
        {
            return;
        }

        _told = elapsed;
        string doing = progress.Round == 0 ? "adding up features" : string.Create(CultureInfo.InvariantCulture, $"round {progress.Round} of {_rounds}");
        string step = string.Create(CultureInfo.InvariantCulture, $"{doing}, {progress.Answered:N0} of {progress.Asked:N0} {(progress.Round == 0 ? "clients" : "answers")}");
        string left = FindTimeLeft(progress, elapsed) is { } time ? $"; about {RoundText.Time(time)} left" : "";
        context.Output.Progress?.WriteLine(_run + step + left);
    }

    // Null as long as too little was seen to tell.
    private TimeSpan? FindTimeLeft(ScenarioProgress progress, TimeSpan elapsed)
    {
        TimeSpan training = elapsed - _preparing;
        if (progress.Round == 0 || training < ProgressInterval)
        {
            return null;
        }

        double round = progress.Asked == 0 ? 0 : Math.Min(1, (double)progress.Answered / progress.Asked);
        double done = _outcomes.Count + (Math.Min(_committed + round, _rounds) / _rounds);

        // Every run prepares its clients once, which says nothing about its rounds.
        int prepared = _outcomes.Count + 1;
        return (training * ((plan.Runs - done) / Math.Max(done, double.Epsilon))) + (_preparing / prepared * (plan.Runs - prepared));
    }
}

/// <summary>What came of one run.</summary>
/// <param name="Variant">Of which kind it was.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="End">How it ended.</param>
/// <param name="Last">Its last round, or null.</param>
/// <param name="Best">Its best round, or null.</param>
internal sealed record ScenarioOutcome(ScenarioVariant Variant, ulong Seed, RunResult End, RoundRecord? Last, RoundRecord? Best)
{
    /// <summary>Virtual time of the whole run.</summary>
    public TimeSpan VirtualTime => End.Run.EndedAt - End.Run.StartedAt ?? TimeSpan.Zero;

    /// <summary>Bytes of the parameters in all updates that counted.</summary>
    public long UpdateBytes { get; init; }

    /// <summary>Bytes that compression took off them.</summary>
    public long BytesSaved { get; init; }

    /// <summary>Whether it came to its end.</summary>
    public bool IsFinished => End.Outcome == RunOutcome.Finished;
}
