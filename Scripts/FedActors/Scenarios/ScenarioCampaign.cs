using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
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
internal sealed class ScenarioCampaign(CommandContext context, ScenarioPlan plan) : IRunObserver, IPeerObserver
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(2);

    private readonly ScenarioPace _pace = new(plan.Runs);
    private readonly ScenarioHeap _heap = new(context.Terminal.IsOfProcess);
    private readonly ClientTimes _times = new();
    private readonly long _started = context.Time.GetTimestamp();
    private readonly List<ScenarioOutcome> _outcomes = [];
    private TimeSpan _told;
    private int _rounds;
    private long _updateBytes;
    private long _bytesSaved;
    private string _run = "";
    private string _counts = "answers";

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
        _rounds = variant.Values.Get(ConfigKeys.Rounds) + (variant.IsGossip ? variant.Values.Get(ConfigKeys.MixingRounds) : 0);
        _pace.Begin(context.Time.GetElapsedTime(_started), _rounds);
        IVirtualClients clients = ScenarioClients.Make(variant.Values, seed);
        if (ModelSpecification.FindFault(variant.Values.Get(ConfigKeys.Model), clients.Features, clients.Classes) is { } fault)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.Model.Path, $"\"{variant.Values.Get(ConfigKeys.Model)}\"", variant.Values.Origin(ConfigKeys.Model), $"must fit the data {clients.DataName}: {fault}")]);
        }

        _run = plan.Runs == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"run {_outcomes.Count + 1} of {plan.Runs}  {variant.Label}{(variant.Swept.Count == 0 ? "" : "  ")}seed {seed}  ");
        (_updateBytes, _bytesSaved) = (0, 0);
        _counts = variant.IsGossip ? "peers" : "answers";
        ScenarioOutcome outcome = variant.IsGossip ? LetGossip(variant, seed, clients, store, stopping) : Drive(variant, seed, clients, store, stopping);
        _pace.End();
        if (plan.Runs > 1)
        {
            context.Output.Progress?.WriteLine(_run + RoundText.End(outcome.End.Run, outcome.Last, RunState.Of(outcome.End.Outcome), FedConfig.From(variant.Values).Storage.TrainingStore));
        }

        return outcome;
    }

    private ScenarioOutcome Drive(ScenarioVariant variant, ulong seed, IVirtualClients clients, SqliteTrainingStore store, CancellationToken stopping)
    {
        ScenarioSetup setup = ScenarioSetups.Of(variant, seed, clients, store, context.Time) with { Observer = this, Progress = OnProgress };
        ScenarioMemory memory = ScenarioMemory.Of(setup);
        Introduce(variant, clients, memory.Total, memory.ToString());
        RunResult result = ScenarioRun.Execute(setup, stopping);
        return new ScenarioOutcome(variant, seed, result, store.LatestRound(result.Run.Id), store.BestRound(result.Run.Id))
        {
            UpdateBytes = _updateBytes, BytesSaved = _bytesSaved, StatedMemory = memory.Total, TimeOfClient = _times.FindMedian(),
        };
    }

    private ScenarioOutcome LetGossip(ScenarioVariant variant, ulong seed, IVirtualClients clients, SqliteTrainingStore store, CancellationToken stopping)
    {
        PeerScenarioSetup setup = ScenarioSetups.OfPeers(variant, seed, clients, context.Time.GetUtcNow()) with { Observer = this, Progress = OnProgress };
        PeerScenarioMemory memory = PeerScenarioMemory.Of(setup);
        Introduce(variant, clients, memory.Total, memory.ToString());
        ScenarioOutcome outcome = PeerScenarios.Run(variant, seed, setup, store, stopping) with { StatedMemory = memory.Total };
        if (plan.Runs == 1)
        {
            context.Output.Progress?.WriteLine(RoundText.Header());
            foreach (RoundRecord round in store.ListRounds(outcome.End.Run.Id))
            {
                context.Output.Progress?.WriteLine(RoundText.Round(round));
            }
        }

        context.Output.Event("ended", () => RunJson.Run(outcome.End.Run, RunState.Of(outcome.End.Outcome)));
        return outcome;
    }

    // What it will take is said before it takes it.
    private void Introduce(ScenarioVariant variant, IVirtualClients clients, long bytes, string memory)
    {
        if (_outcomes.Count > 0)
        {
            return;
        }

        FedConfig config = FedConfig.From(variant.Values);
        ModelSpecification model = new(config.Federation.Training.Model, clients.Features, clients.Classes);
        string who = variant.IsGossip ? $"peers, topology {config.Gossip.Topology.Name}," : "clients";
        context.Output.Progress?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Name}: {clients.Count:N0} {who} with {clients.DataName} data, {model}, {model.Layout.Count:N0} parameters, {config.Federation.Strategy.Name}; {(plan.Runs == 1 ? "1 run" : $"{plan.Runs} runs")} of {config.Federation.Training.Rounds:N0} rounds"));
        context.Output.Progress?.WriteLine(memory);
        if (bytes > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            context.Output.Notice($"This machine has {RoundText.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} of memory: take fewer clients, a smaller model, or a strategy that holds no updates.");
        }
    }

    void IRunObserver.OnMember(MemberChange change)
    {
    }

    void IRunObserver.OnStarted(RunRecord run, RunSummary summary)
    {
        _pace.Prepared(context.Time.GetElapsedTime(_started));
        _heap.Begin();
        _times.Begin(context.Time.GetElapsedTime(_started));
        context.Output.Event("started", () => RunJson.Run(run, RunState.Of(run, isDriven: true)));
    }

    void IRunObserver.OnRound(RoundRecord round)
    {
        _updateBytes += round.UpdateBytes;
        _bytesSaved += round.BytesSaved;
        _heap.Tidy();
        _times.Add(context.Time.GetElapsedTime(_started), round.Participants.Count);
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

    void IPeerObserver.OnRound(PeerRound round)
    {
        // Peers are ready when the first of them is done with its first round.
        _pace.Prepared(context.Time.GetElapsedTime(_started));
        context.Output.Event("round", () => GossipJson.Round(round));
    }

    void IPeerObserver.OnStatus(PeerStatus status)
    {
    }

    void IPeerObserver.OnMember(string peer, MemberChange change)
    {
    }

    void IPeerObserver.OnTrouble(string peer, string text) => context.Output.Event("trouble", () => new JsonObject { ["peer"] = peer, ["text"] = text });

    private void OnProgress(ScenarioProgress progress)
    {
        TimeSpan elapsed = context.Time.GetElapsedTime(_started);
        if (elapsed - _told < ProgressInterval)
        {
            return;
        }

        _told = elapsed;
        string doing = progress.Round == 0 ? "adding up features" : string.Create(CultureInfo.InvariantCulture, $"round {progress.Round} of {_rounds}");
        string step = string.Create(CultureInfo.InvariantCulture, $"{doing}, {progress.Answered:N0} of {progress.Asked:N0} {(progress.Round == 0 ? "clients" : _counts)}");
        string left = _pace.FindTimeLeft(progress, elapsed) is { } time ? $"; about {RoundText.Time(time)} left" : "";
        context.Output.Progress?.WriteLine(_run + step + left);
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

    /// <summary>Bytes of memory that it was said to take before it began.</summary>
    public long StatedMemory { get; init; }

    /// <summary>Real time that a client took that was asked, or null where clients are peers.</summary>
    public TimeSpan? TimeOfClient { get; init; }

    /// <summary>Whether it came to its end.</summary>
    public bool IsFinished => End.Outcome == RunOutcome.Finished;
}
