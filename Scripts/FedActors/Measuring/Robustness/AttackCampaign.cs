using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;

namespace FedActors.Scripts.Measuring.Robustness;

/// <summary>Runs every strategy under every attack, in every scenario, with several seeds.</summary>
/// <param name="Train">The rows that sites share out, standardised.</param>
/// <param name="Evaluation">The rows that models are scored on, standardised.</param>
/// <param name="Rounds">Rounds of each trial.</param>
/// <param name="Seeds">Seeds of each trial.</param>
/// <param name="FirstSeed">The first of them.</param>
/// <param name="Settings">What sites and rules are told.</param>
internal sealed record AttackCampaign(DataSet Train, DataSet Evaluation, int Rounds, int Seeds, ulong FirstSeed, AttackSettings Settings)
{
    /// <summary>Runs all trials, using all cores.</summary>
    public AttackTable Run(IReadOnlyList<AttackScenario> scenarios, CancellationToken cancellationToken)
    {
        List<(AttackScenario Scenario, StrategyOptions Strategy)> rows = [.. scenarios.SelectMany(scenario => scenario.Strategies(Settings).Select(strategy => (scenario, strategy)))];
        Attack?[] attacks = [null, .. AllAttacks.List];
        double[] accuracies = new double[rows.Count * attacks.Length * Seeds];
        DataSet[][] parts = [.. scenarios.SelectMany(scenario => Enumerable.Range(0, Seeds).Select(seed => Share(scenario, seed)))];
        Parallel.For(0, accuracies.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            (int row, int attack, int seed) = (i / Seeds / attacks.Length, i / Seeds % attacks.Length, i % Seeds);
            (AttackScenario scenario, StrategyOptions strategy) = rows[row];
            accuracies[i] = new AttackTrial
            {
                Specification = new ModelSpecification(ModelSpecification.Softmax, Train.Features, Train.Classes),
                Sites = parts[(row / scenario.Strategies(Settings).Count * Seeds) + seed],
                Evaluation = Evaluation,
                Training = new TrainingOptions { Rounds = Rounds, LocalEpochs = Settings.LocalEpochs, BatchSize = Settings.BatchSize, LearningRate = Settings.LearningRate },
                Strategy = strategy,
                Attack = attacks[attack],
                Attackers = scenario.Attackers,
                Seed = FirstSeed + (ulong)seed,
            }.Run(cancellationToken);
        });

        return new AttackTable([.. rows.Select((row, i) => new AttackRow(
            row.Scenario.Name, row.Strategy.Name, Mean(i, 0), [.. Enumerable.Range(1, attacks.Length - 1).Select(attack => Mean(i, attack))]))], Rounds, Seeds, FirstSeed, Settings);

        double Mean(int row, int attack) => accuracies.AsSpan(((row * attacks.Length) + attack) * Seeds, Seeds).ToArray().Average();
    }

    private DataSet[] Share(AttackScenario scenario, int seed) =>
        [.. scenario.Partitioner.Partition(Train.Labels, AttackScenario.Sites, FirstSeed + (ulong)seed).Select(part => Train.Select(part))];
}
