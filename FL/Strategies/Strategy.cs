using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;

namespace FedActors.FL.Strategies;

/// <summary>How updates become the next model: an aggregation rule, and what the server does with its result.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rule">The rule; null for the weighted mean, which needs one update at a time.</param>
/// <param name="Optimizer">What moves the global model.</param>
public sealed record Strategy(string Name, AggregationRule? Rule, ServerOptimizer Optimizer)
{
    /// <summary>Updates that its mean takes in at a time.</summary>
    public int Stride { get; private init; } = 1;

    /// <summary>Fewest updates that its rule can reduce.</summary>
    public int MinUpdates => Rule?.MinUpdates ?? 1;

    /// <summary>Whether sites measure their loss before they train.</summary>
    public bool NeedsStartLoss => Rule is QFedAvg;

    /// <summary>Whether it keeps SCAFFOLD's control variates.</summary>
    public bool KeepsControlVariates => Name == StrategyNames.Scaffold;

    /// <summary>Whether it remembers a vector of each site.</summary>
    public bool KeepsSiteVectors => KeepsControlVariates || Name == StrategyNames.FedRec;

    /// <summary>Whether others may sum updates for it: its rule is a mean, whose sums are exact, and it needs nothing else of a single update.</summary>
    public bool AddsExactly => Rule is null && !KeepsSiteVectors;

    /// <summary>Makes a strategy.</summary>
    /// <param name="options">Its name and parameters.</param>
    /// <param name="learningRate">The sites' learning rate.</param>
    /// <exception cref="ArgumentException">No strategy has the name, or a parameter that it reads is out of range.</exception>
    public static Strategy From(StrategyOptions options, float learningRate)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Strategy(options.Name, Prepared(options, RuleOf(options, learningRate)), OptimizerOf(options))
        {
            Stride = options.Name == StrategyNames.FedStride ? Math.Max(options.Stride, 1) : 1,
        };
    }

    /// <summary>Starts reducing a round's updates.</summary>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="reference">The parameters that the updates start from.</param>
    public IUpdateReducer Open(Models.ParameterLayout layout, ReadOnlyMemory<float> reference) =>
        Rule is not null ? new HeldUpdates(Rule, layout, reference) : Stride > 1 ? new StridedMean(layout, Stride) : new StreamingMean(layout);

    private static AggregationRule? Prepared(StrategyOptions options, AggregationRule? rule) => options.PreAggregation switch
    {
        PreAggregations.None => rule,
        PreAggregations.NearestNeighbours when PreAggregations.FindFault(options.Name) is null => new NearestNeighbourMixing(options.Malicious, rule ?? new WeightedMean()),
        PreAggregations.NearestNeighbours => throw new ArgumentException($"{options.PreAggregation} {PreAggregations.FindFault(options.Name)}.", nameof(options)),
        _ => throw new ArgumentException($"'{options.PreAggregation}' is nothing to do before a rule; known: {string.Join(", ", PreAggregations.All)}.", nameof(options)),
    };

    private static AggregationRule? RuleOf(StrategyOptions options, float learningRate) => options.Name switch
    {
        StrategyNames.FedAvg or StrategyNames.FedProx or StrategyNames.FedAvgM or StrategyNames.FedAdagrad or StrategyNames.FedAdam or StrategyNames.FedYogi or StrategyNames.Scaffold
            or StrategyNames.FedStride or StrategyNames.FedAsync or StrategyNames.FedBuff or StrategyNames.FedRec => null,
        StrategyNames.FedNova => new FedNova(),
        StrategyNames.QFedAvg => new QFedAvg(options.Q, learningRate),
        StrategyNames.FedMedian => new CoordinateMedian(),
        StrategyNames.FedTrimmedAvg => new TrimmedMean(options.Trim),
        StrategyNames.Krum => new Krum(options.Malicious),
        StrategyNames.MultiKrum => new MultiKrum(options.Malicious, options.Keep),
        StrategyNames.Bulyan => new Bulyan(options.Malicious),
        StrategyNames.Rfa => new GeometricMedian(options.Iterations, options.Smoothing),
        StrategyNames.NormClipping => new NormClipping(options.ClipNorm),
        StrategyNames.CenteredClipping => new CenteredClipping(options.ClipNorm, options.Iterations),
        _ => throw new ArgumentException($"Strategy '{options.Name}' is not known; known: {string.Join(", ", StrategyNames.All)}.", nameof(options)),
    };

    private static ServerOptimizer OptimizerOf(StrategyOptions options) => options.Name switch
    {
        StrategyNames.FedAvgM => new ServerMomentum(options.ServerLearningRate ?? 1, options.ServerMomentum),
        StrategyNames.FedAdagrad => new FedAdagrad(options.ServerLearningRate ?? 0.1, options.Beta1 ?? 0, options.Tau),
        StrategyNames.FedAdam => new FedAdam(options.ServerLearningRate ?? 0.1, options.Beta1 ?? 0.9, options.Beta2, options.Tau),
        StrategyNames.FedYogi => new FedYogi(options.ServerLearningRate ?? 0.01, options.Beta1 ?? 0.9, options.Beta2, options.Tau),
        StrategyNames.Scaffold or StrategyNames.FedBuff when options.ServerLearningRate is { } rate and not 1 => new ServerRate(rate),
        _ => new Averaging(),
    };
}
