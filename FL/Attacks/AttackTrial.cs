using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Strategies;
using FedActors.FL.Training;

namespace FedActors.FL.Attacks;

/// <summary>A federation in memory, some of whose sites are malicious: what accuracy a strategy reaches all the same.</summary>
public sealed record AttackTrial
{
    /// <summary>The model.</summary>
    public required ModelSpecification Specification { get; init; }

    /// <summary>Each site's standardised examples.</summary>
    public required IReadOnlyList<DataSet> Sites { get; init; }

    /// <summary>Standardised examples that no site has.</summary>
    public required DataSet Evaluation { get; init; }

    /// <summary>What every site does in a round, and how many rounds there are.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>How updates become the next model.</summary>
    public required StrategyOptions Strategy { get; init; }

    /// <summary>What malicious sites do; null for none.</summary>
    public Attack? Attack { get; init; }

    /// <summary>How many sites are malicious; which, chance decides.</summary>
    public int Attackers { get; init; }

    /// <summary>The trial's seed.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Runs all rounds.</summary>
    /// <returns>The last model's accuracy; 0 where the rounds did not come to an end because an aggregate was not sound.</returns>
    public double Run(CancellationToken cancellationToken = default)
    {
        Strategy strategy = Strategies.Strategy.From(Strategy, Training.LearningRate);
        bool[] malicious = ChooseAttackers();
        LocalTrainer[] trainers = [.. Sites.Select((site, i) => new LocalTrainer(Specification, malicious[i] && Attack!.FlipsLabels ? Attacks.Attack.Turned(site) : site, Seed, Name(i)))];
        ParameterVector global = InitialParameters.Draw(Specification, Seed);
        OptimizerState state = strategy.Optimizer.Begin(global.Count);
        for (int round = 1; round <= Training.Rounds; round++)
        {
            TrainingResult[] trained = [.. trainers.Select(trainer => trainer.Train(global, Training, round, cancellationToken))];
            IUpdateReducer reducer = strategy.Open(Specification.Layout, global.Memory);
            for (int i = 0; i < trained.Length; i++)
            {
                ReadOnlyMemory<float> update = malicious[i] ? Craft(global, trained, malicious, i, round) : trained[i].Parameters.Memory;

                // An update that inspection refuses does its sender's cause no good, here as in a run.
                reducer.TryAdd(new ContributedUpdate(Name(i), update, trained[i].Samples, trained[i].Steps), out _);
            }

            if (!reducer.TryReduce(out ParameterVector? aggregate, out _) || UpdateInspection.FindFault(Specification.Layout, aggregate.Values, 1) is not null)
            {
                return 0;
            }

            ParameterVector next = new(Specification.Layout);
            state = strategy.Optimizer.Step(global.Values, aggregate.Values, state, next.AsSpan());
            global = next;
        }

        return FL.Training.Evaluation.Evaluate(Specification, global, Evaluation, cancellationToken).Accuracy;
    }

    private float[] Craft(ParameterVector global, TrainingResult[] trained, bool[] malicious, int attacker, int round)
    {
        ReadOnlyMemory<float>[] honest = [.. trained.Where((_, i) => !malicious[i]).Select(result => result.Parameters.Memory)];
        AttackScene<float> scene = new(global.Memory, honest, Sites.Count, Attackers, RandomStream.For(Seed, "attack", Name(attacker), round));
        return Attack!.Craft(scene, trained[attacker].Parameters.Values);
    }

    private bool[] ChooseAttackers()
    {
        bool[] malicious = new bool[Sites.Count];
        foreach (int site in RandomStream.For(Seed, "attackers").Permutation(Sites.Count)[..(Attack is null ? 0 : Attackers)])
        {
            malicious[site] = true;
        }

        return malicious;
    }

    private static string Name(int site) => $"S{site:000}";
}
