using FedActors.FL.Configuration;

namespace FedActors.FL.Training;

/// <summary>What a site's training may be told to do.</summary>
internal static class TrainingRules
{
    /// <summary>Says which option is out of range, or null.</summary>
    public static string? FindFault(TrainingOptions options) => options switch
    {
        { LocalEpochs: < 1 } => $"A site passes over its data at least once a round, not {options.LocalEpochs} times.",
        { BatchSize: < 1 } => $"A mini-batch has at least one example, not {options.BatchSize}.",
        { Rounds: < 1 } => $"A run has at least one round, not {options.Rounds}.",
        _ when !(options.LearningRate > 0 && float.IsFinite(options.LearningRate)) => $"The learning rate is a finite number over 0, not {options.LearningRate}.",
        _ when !(options.Mu >= 0 && float.IsFinite(options.Mu)) => $"Mu is a finite number, 0 or more, not {options.Mu}.",
        _ when !LocalOptimizers.All.Contains(options.Optimizer) => $"Optimizer '{options.Optimizer}' is not known; known: {string.Join(", ", LocalOptimizers.All)}.",
        _ when !(options.Momentum is >= 0 and < 1) => $"Momentum is from 0 to below 1, not {options.Momentum}.",
        _ when !(options.Beta1 is >= 0 and < 1 && options.Beta2 is >= 0 and < 1) => $"Beta1 and beta2 are from 0 to below 1, not {options.Beta1} and {options.Beta2}.",
        _ when !(options.Epsilon > 0 && float.IsFinite(options.Epsilon)) => $"Epsilon is a finite number over 0, not {options.Epsilon}.",
        _ when !(options.WeightDecay >= 0 && float.IsFinite(options.WeightDecay)) => $"Weight decay is a finite number, 0 or more, not {options.WeightDecay}.",
        _ when !LearningRates.All.Contains(options.Schedule) => $"Schedule '{options.Schedule}' is not known; known: {string.Join(", ", LearningRates.All)}.",
        { ScheduleRounds: < 1 } => $"A schedule has a period of at least one round, not {options.ScheduleRounds}.",
        _ when !(options.ScheduleFactor is > 0 and <= 1) => $"A schedule's factor is over 0 and at most 1, not {options.ScheduleFactor}.",
        _ => null,
    };
}
