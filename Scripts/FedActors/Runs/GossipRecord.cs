using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Training;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Puts a run of this machine's peers into the training store, beside those of coordinated mode: listed while it goes on, compared and exported as they are.</summary>
/// <remarks>It is begun when the peers are, so that one that is killed can be seen. Where the store is in use meanwhile, it is recorded at its end, if it can be then.</remarks>
internal sealed class GossipRecord : IDisposable
{
    private readonly RunInputs _inputs;
    private readonly Func<string, string> _storeOf;
    private readonly TimeProvider _time;
    private readonly string _fingerprint;
    private SqliteTrainingStore? _store;
    private RunRecord? _run;
    private IReadOnlyList<RoundRecord> _earlier = [];

    private GossipRecord(RunInputs inputs, Func<string, string> storeOf, bool isOneProcess, TimeProvider time)
    {
        _inputs = inputs;
        _storeOf = storeOf;
        _time = time;
        _fingerprint = RunFingerprint.OfGossip(inputs.Config.Federation, inputs.Data.Manifest.Name, inputs.Config.Gossip.Topology.Name, isOneProcess);
        StartedAt = time.GetUtcNow();
    }

    /// <summary>The run that the peers go on with, as it was left; null where they begin another.</summary>
    public RunRecord? Resumed { get; private set; }

    private DateTimeOffset StartedAt { get; set; }

    /// <summary>Begins to record peers of this process, which begin anew each time.</summary>
    /// <param name="inputs">What is run.</param>
    /// <param name="time">The clock.</param>
    public static GossipRecord BeginHere(RunInputs inputs, TimeProvider time) =>
        Begin(new GossipRecord(inputs, inputs.Config.Storage.RunStore, isOneProcess: true, time), goesOn: false);

    /// <summary>Begins to record peers that are processes.</summary>
    /// <param name="inputs">What is run.</param>
    /// <param name="goesOn">Whether the peers go on with what they know, and so with the last run of the same rules, if that has not finished.</param>
    /// <param name="time">The clock.</param>
    public static GossipRecord BeginProcesses(RunInputs inputs, bool goesOn, TimeProvider time) =>
        Begin(new GossipRecord(inputs, inputs.Config.Storage.GossipStore, isOneProcess: false, time), goesOn);

    private static GossipRecord Begin(GossipRecord record, bool goesOn)
    {
        try
        {
            record._store = Stores.OpenForWriting(record._inputs.Config.Storage);
            record.BeginRun(record._store, goesOn);
        }
        catch (StoreException)
        {
            // Peers need no record to learn. Whether there can be one is asked again at the end, and told there.
            record.Dispose();
        }

        return record;
    }

    /// <summary>States that the peers could not run.</summary>
    public void Fail(string reason)
    {
        if (_run is { } run)
        {
            _store!.EndRun(run.Id, RunStatus.Failed, reason, _time.GetUtcNow());
        }
    }

    public void Dispose()
    {
        _store?.Dispose();
        (_store, _run) = (null, null);
    }

    /// <summary>Records the run, and says so in its result. Where no peer has come to a mean there is nothing to record.</summary>
    /// <param name="verdict">How it ended; its data gets the run's id.</param>
    /// <param name="status">The same for the store.</param>
    /// <param name="parameterHash">The mean that all hold, or null.</param>
    public CommandResult Add(CommandResult verdict, RunStatus status, string? parameterHash)
    {
        try
        {
            IReadOnlyList<KeptPeer> peers = [.. _inputs.Data.Manifest.Sites.Select(site => site.Name).Select(Read).OfType<KeptPeer>()];
            if (Final(peers, parameterHash) is not { } mean)
            {
                if (_run is { } begun)
                {
                    _store!.EndRun(begun.Id, status, Reason(verdict, status), _time.GetUtcNow());
                }

                return verdict;
            }

            string id = Write(peers, mean, status, Reason(verdict, status));
            verdict.Data!["run_id"] = id;
            return verdict with { Text = output => WriteText(output, verdict, id) };
        }
        catch (StoreException exception)
        {
            return verdict with
            {
                ExitCode = ExitCode.InvalidState,
                ErrorCode = Explained.ErrorCode(exception.Fault),
                Message = $"{verdict.Message ?? "All peers agree."} What they know is in their stores, but the run is not recorded: {exception.Message}",
            };
        }
    }

    private static string? Reason(CommandResult verdict, RunStatus status) => verdict.Message ?? (status == RunStatus.Stopped ? "stopped before all agreed; up gossip goes on with it" : null);

    private static void WriteText(TextWriter output, CommandResult verdict, string id)
    {
        verdict.Text!(output);
        output.WriteLine($"run {id}: fedactors runs show {id}, fedactors model export {id} --to model.npz");
    }

    private string Write(IReadOnlyList<KeptPeer> peers, KeptMean mean, RunStatus status, string? reason)
    {
        SqliteTrainingStore store = _store ??= Stores.OpenForWriting(_inputs.Config.Storage);
        RunRecord run = _run ?? NewRun(store);
DataSet? evaluation = _inputs.Data.Manifest.Evaluation is null ? null : _inputs.Data.LoadEvaluation();
        Write(store, run with { Status = status, Reason = reason, EndedAt = _time.GetUtcNow() }, new GossipRounds(run.Id, StartedAt, peers, _earlier), mean, evaluation);
        _run = null;
        return run.Id;
    }

    /// <summary>Writes a run of peers with all its rounds.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="run">The run, ended; its plan is the mean's.</param>
    /// <param name="rounds">What the peers' stores hold.</param>
    /// <param name="mean">The mean with which it ends.</param>
    /// <param name="evaluation">Examples that score it, as they are; or null.</param>
    /// <returns>The run as it is kept.</returns>
    public static RunRecord Write(ITrainingStore store, RunRecord run, GossipRounds rounds, KeptMean mean, DataSet? evaluation)
    {
        store.RecordRun(
            run with
            {
                Plan = (mean.Plan with { RunId = run.Id }).ToBytes(),
                Reason = run.Status == RunStatus.Finished && mean.Round < run.Rounds ? "the mean stands still" : run.Reason,
            },
            [.. rounds.Until(mean, Evaluate(mean, evaluation))]);
        return store.FindRun(run.Id)!;
    }

    /// <summary>The mean that all hold, or of those that differ the one that came furthest; null where no peer came to one.</summary>
    /// <param name="peers">What the peers' stores hold.</param>
    /// <param name="parameterHash">The hash of what all hold, or null.</param>
    public static KeptMean? Final(IEnumerable<KeptPeer> peers, string? parameterHash)
    {
        KeptMean[] means = [.. peers.Select(p => p.Mean).OfType<KeptMean>()];
        return means.FirstOrDefault(m => parameterHash is not null && m.Parameters.Hash() == parameterHash) ?? means.MaxBy(m => m.Round);
    }

    private void BeginRun(SqliteTrainingStore store, bool goesOn)
    {
        if (goesOn && store.ListRuns().FirstOrDefault(run => run.Fingerprint == _fingerprint) is { Status: not RunStatus.Finished } left)
        {
            _earlier = store.ListRounds(left.Id);
            store.ReopenRun(left.Id);
            (_run, Resumed, StartedAt) = (left, left, left.StartedAt);
        }
        else
        {
            RunRecord run = NewRun(store);
            store.BeginRun(run);
            _run = run;
        }
    }

    /// <summary>The run as it is at its start. By which mean and scale its features are standardised the peers find out by themselves; the end says it.</summary>
    private RunRecord NewRun(SqliteTrainingStore store)
    {
        FedConfig config = _inputs.Config;
        string id = Enumerable.Range(0, int.MaxValue).Select(salt => RunFingerprint.NewRunId(_fingerprint, StartedAt, salt)).First(free => store.FindRun(free) is null);
        ModelSpecification model = ModelChoice.Specify(_inputs.Data.Manifest, config.Federation.Training.Model);
        double[] scale = new double[model.Features];
        Array.Fill(scale, 1);
        RunSite[] sites = [.. _inputs.Data.Manifest.Sites.Select(site => new RunSite(site.Name, site.Name, 0))];
        RunPlan plan = new(id, config.Federation.Seed, model, config.Federation.Training, new double[model.Features], scale, sites);
        return new RunRecord(id, _fingerprint, config.Json, plan.ToBytes(), config.Federation.Seed, LocalGossip.Options(config).Rounds, RunStatus.Running, null, StartedAt, null, 0);
    }

    private KeptPeer? Read(string site)
    {
        string path = _storeOf(site);
        if (!File.Exists(path))
        {
            return null;
        }

        using SqliteGossipStore store = GossipStores.OpenForReading(path);
        return new KeptPeer(site, store.ListMetrics(site), KeptMean.Find(store, site));
    }

    /// <summary>Scores the mean on all that peers told of it in a word: for each class, and what is taken for what.</summary>
    private static EvaluationRecord? Evaluate(KeptMean mean, DataSet? evaluation)
    {
        if (evaluation is null)
        {
            return null;
        }

        var standardiser = new Standardiser(mean.Plan.Mean.ToArray(), mean.Plan.Scale.ToArray());
        EvaluationMetrics metrics = Evaluation.Evaluate(mean.Plan.Specification, mean.Parameters, standardiser.Apply(evaluation), CancellationToken.None);
        return new EvaluationRecord(metrics.Samples, metrics.Accuracy, metrics.Loss, metrics.PerClassAccuracy, metrics.Confusion);
    }
}

/// <summary>What a peer's store holds of a run.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Rounds">Its rounds.</param>
/// <param name="Mean">The mean that it settled on or left with, or null.</param>
internal sealed record KeptPeer(string Peer, IReadOnlyList<PeerMetrics> Rounds, KeptMean? Mean);
