using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Training;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Puts what peers of this machine came to into the training store, as a run beside those of coordinated mode: listed, compared and exported as they are.</summary>
/// <param name="inputs">What was run.</param>
/// <param name="storeOf">Each peer's store.</param>
/// <param name="startedAt">When.</param>
/// <param name="time">The clock.</param>
internal sealed class GossipRecord(RunInputs inputs, Func<string, string> storeOf, DateTimeOffset startedAt, TimeProvider time)
{
    /// <summary>Records the run, and says so in its result. Where no peer has come to a mean there is nothing to record.</summary>
    /// <param name="verdict">How it ended; its data gets the run's id.</param>
    /// <param name="status">The same for the store.</param>
    /// <param name="parameterHash">The mean that all hold, or null.</param>
    public CommandResult Add(CommandResult verdict, RunStatus status, string? parameterHash)
    {
        try
        {
            IReadOnlyList<KeptPeer> peers = [.. inputs.Data.Manifest.Sites.Select(site => site.Name).Select(Read).OfType<KeptPeer>()];
            if (Final(peers, parameterHash) is not { } mean)
            {
                return verdict;
            }

            string id = Write(peers, mean, status, verdict.Message);
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

    private static void WriteText(TextWriter output, CommandResult verdict, string id)
    {
        verdict.Text!(output);
        output.WriteLine($"run {id}: fedactors runs show {id}, fedactors model export {id} --to model.npz");
    }

    private string Write(IReadOnlyList<KeptPeer> peers, KeptMean mean, RunStatus status, string? reason)
    {
        FedConfig config = inputs.Config;
        using SqliteTrainingStore store = Stores.OpenForWriting(config.Storage);
        DateTimeOffset now = time.GetUtcNow();
        string fingerprint = RunFingerprint.OfGossip(config.Federation, inputs.Data.Manifest.Name, config.Gossip.Topology.Name);
        string id = Enumerable.Range(0, int.MaxValue).Select(salt => RunFingerprint.NewRunId(fingerprint, now, salt)).First(free => store.FindRun(free) is null);
        RoundRecord[] rounds = [.. new GossipRounds(id, startedAt, peers).Until(mean, Evaluate(mean))];
        var run = new RunRecord(
            id, fingerprint, config.Json, (mean.Plan with { RunId = id }).ToBytes(), config.Federation.Seed, config.Federation.Training.Rounds,
            status, status == RunStatus.Finished && mean.Round < config.Federation.Training.Rounds ? "the mean stands still" : reason, startedAt, now, rounds.Length);
        store.RecordRun(run, rounds);
        return id;
    }

    /// <summary>The mean that all hold, or of those that differ the one that came furthest.</summary>
    private static KeptMean? Final(IEnumerable<KeptPeer> peers, string? parameterHash)
    {
        KeptMean[] means = [.. peers.Select(p => p.Mean).OfType<KeptMean>()];
        return means.FirstOrDefault(m => parameterHash is not null && m.Parameters.Hash() == parameterHash) ?? means.MaxBy(m => m.Round);
    }

    private KeptPeer? Read(string site)
    {
        string path = storeOf(site);
        if (!File.Exists(path))
        {
            return null;
        }

        using SqliteGossipStore store = GossipStores.OpenForReading(path);
        return new KeptPeer(site, store.ListMetrics(site), KeptMean.Find(store, site));
    }

    /// <summary>Scores the mean on all that peers told of it in a word: for each class, and what is taken for what.</summary>
    private EvaluationRecord? Evaluate(KeptMean mean)
    {
        if (inputs.Data.Manifest.Evaluation is null)
        {
            return null;
        }

        var standardiser = new Standardiser(mean.Plan.Mean.ToArray(), mean.Plan.Scale.ToArray());
        EvaluationMetrics metrics = Evaluation.Evaluate(mean.Plan.Specification, mean.Parameters, standardiser.Apply(inputs.Data.LoadEvaluation()), CancellationToken.None);
        return new EvaluationRecord(metrics.Samples, metrics.Accuracy, metrics.Loss, metrics.PerClassAccuracy, metrics.Confusion);
    }
}

/// <summary>What a peer's store holds of a run.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Rounds">Its rounds.</param>
/// <param name="Mean">The mean that it settled on or left with, or null.</param>
internal sealed record KeptPeer(string Peer, IReadOnlyList<PeerMetrics> Rounds, KeptMean? Mean);
