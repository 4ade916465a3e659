using FedActors.FL.Strategies;

namespace FedActors.FL.Rounds;

/// <summary>What an update counts for, in the ways that a configuration can name.</summary>
public static class UpdateWeights
{
    /// <summary>As the strategy's paper has it: by examples, and alike for SCAFFOLD, FedAsync and FedBuff.</summary>
    public const string Auto = "auto";

    /// <summary>By the examples trained on (McMahan et al. 2017).</summary>
    public const string Samples = "samples";

    /// <summary>By the optimizer steps taken.</summary>
    public const string Batches = "batches";

    /// <summary>All alike.</summary>
    public const string Equal = "equal";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Auto, Samples, Batches, Equal];

    /// <summary>An update's weight.</summary>
    /// <param name="kind">One of <see cref="All"/>.</param>
    /// <param name="strategy">The strategy's name.</param>
    /// <param name="figures">The update's figures.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static double Of(string kind, string strategy, UpdateFigures figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        return kind switch
        {
            Auto => strategy == StrategyNames.Scaffold || StrategyNames.Asynchronous.Contains(strategy) ? 1 : figures.Samples,
            Samples => figures.Samples,
            Batches => figures.Steps,
            Equal => 1,
            _ => throw new ArgumentException($"There is no weight '{kind}'; there are {string.Join(", ", All)}.", nameof(kind)),
        };
    }
}
