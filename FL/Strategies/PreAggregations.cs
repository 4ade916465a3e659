namespace FedActors.FL.Strategies;

/// <summary>What may be done with a round's updates before a rule reduces them.</summary>
public static class PreAggregations
{
    /// <summary>Nothing.</summary>
    public const string None = "none";

    /// <summary>Allouah et al. 2023: nearest-neighbour mixing.</summary>
    public const string NearestNeighbours = "nnm";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [None, NearestNeighbours];

    /// <summary>Says why a strategy has no use for one, or null.</summary>
    /// <param name="strategy">The strategy's name.</param>
    public static string? FindFault(string strategy) =>
        StrategyNames.Rules.Contains(strategy)
            ? null
            : $"works with strategies that reduce updates by a rule or their mean, which {strategy} does not alone; use one of {string.Join(", ", StrategyNames.Rules)}";
}
