using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Training;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Measuring.Strategies;

/// <summary>Runs every strategy on one data set with the roles that a run has, and models on all its rows in one place.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Training">What sites do, and how many rounds there are.</param>
/// <param name="CentralEpochs">Passes over all rows in one place.</param>
/// <param name="Time">The clock.</param>
internal sealed record StrategyTrials(IFederatedData Data, TrainingOptions Training, int CentralEpochs, TimeProvider Time)
{
    // The defaults, but for server rates that suit a perceptron's small parameters, and a radius of its updates' size. Nothing is tuned.
    private static readonly StrategyOptions[] Strategies =
    [
        new() { Name = "fedavg" },
        new() { Name = "fedprox" },
        new() { Name = "fedavgm", ServerMomentum = 0.9, ServerLearningRate = 0.3 },
        new() { Name = "fedadagrad", ServerLearningRate = 0.03 },
        new() { Name = "fedadam", ServerLearningRate = 0.003 },
        new() { Name = "fedyogi", ServerLearningRate = 0.003 },
        new() { Name = "scaffold" },
        new() { Name = "fednova" },
        new() { Name = "qfedavg" },
        new() { Name = "fedmedian" },
        new() { Name = "fedtrimmedavg" },
        new() { Name = "multikrum", Malicious = 2, Keep = 0 },
        new() { Name = "bulyan", Malicious = 1 },
        new() { Name = "rfa" },
        new() { Name = "normclipping", ClipNorm = 3 },
        new() { Name = "centeredclipping", ClipNorm = 3 },
    ];

    private static readonly string[] CentralModels = ["softmax", "mlp:128", "cnn"];

    /// <summary>Runs all of it.</summary>
    public async Task<StrategyTable> RunAsync(Action<string> notice, CancellationToken cancellationToken)
    {
        List<StrategyRow> rows = [];
        foreach (StrategyOptions strategy in Strategies)
        {
            notice(strategy.Name);
            rows.Add(await FederateAsync(strategy, cancellationToken).ConfigureAwait(false));
            cancellationToken.ThrowIfCancellationRequested();
        }

        foreach (string model in CentralModels.Where(kind => ModelSpecification.FindFault(kind, Data.Manifest.Features, Data.Manifest.Classes) is null))
        {
            notice($"{model} in one place");
            rows.Add(Gather(model, cancellationToken));
        }

        return new StrategyTable(Data.Manifest.Name, Data.Manifest.Sites.Count, Training, rows);
    }

    private async Task<StrategyRow> FederateAsync(StrategyOptions strategy, CancellationToken cancellationToken)
    {
        int sites = Data.Manifest.Sites.Count;
        var store = new MemoryTrainingStore(keepRounds: 1);
        long started = Time.GetTimestamp();
        FederationOptions options = new()
        {
            Training = strategy.Name == "fedprox" ? Training with { Mu = 0.1f } : Training,
            Strategy = strategy,
            Participation = new ParticipationOptions { Workers = sites, MinWorkers = sites, RoundTimeout = TimeSpan.FromMinutes(5) },
        };
        (RunResult result, long bytes) = await CountedRun.ExecuteAsync(Data, options, store, Time, cancellationToken).ConfigureAwait(false);
        TimeSpan took = Time.GetElapsedTime(started);
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(result.Run.Id);
        double[] accuracies = [.. rounds.Select(round => round.Evaluation?.Accuracy ?? double.NaN)];
        return new StrategyRow(strategy.Name, Training.Model, rounds.Count, accuracies.LastOrDefault(double.NaN), accuracies.DefaultIfEmpty(double.NaN).Max(), bytes, took);
    }

    private StrategyRow Gather(string kind, CancellationToken cancellationToken)
    {
        DataSet[] parts = [.. Data.Manifest.Sites.Select(site => Data.LoadSite(site.Name))];
        Standardiser standardiser = parts.Select(FeatureMoments.Of).Aggregate((one, other) => one.Merge(other)).ToStandardiser();
        DataSet all = standardiser.Apply(new DataSet(
            Data.Manifest.Features, Data.Manifest.Classes, [.. parts.SelectMany(part => part.Values.ToArray())], [.. parts.SelectMany(part => part.Labels.ToArray())]));
        DataSet evaluation = standardiser.Apply(Data.LoadEvaluation());
        ModelSpecification model = Data.Manifest.Specify(kind);
        TrainingOptions options = Training with { Model = kind, Rounds = CentralEpochs, LocalEpochs = 1, Optimizer = LocalOptimizers.Adam, LearningRate = 0.001f, Schedule = LearningRates.Cosine };
        var trainer = new LocalTrainer(model, all, seed: 42, "all");
        ParameterVector parameters = InitialParameters.Draw(model, seed: 42);
        long started = Time.GetTimestamp();
        double best = 0;
        double last = 0;
        for (int epoch = 1; epoch <= CentralEpochs; epoch++)
        {
            parameters = trainer.Train(parameters, options, epoch, cancellationToken).Parameters;
            last = Evaluation.Evaluate(model, parameters, evaluation, cancellationToken).Accuracy;
            best = Math.Max(best, last);
        }

        return new StrategyRow("in one place", model.Kind, CentralEpochs, last, best, 0, Time.GetElapsedTime(started));
    }
}
