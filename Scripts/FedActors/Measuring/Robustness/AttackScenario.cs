using FedActors.FL.Configuration;
using FedActors.FL.Data;

namespace FedActors.Scripts.Measuring.Robustness;

/// <summary>How data lie and how many sites are malicious.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Partitioner">How rows are dealt out.</param>
/// <param name="Attackers">Malicious sites.</param>
internal sealed record AttackScenario(string Name, Partitioner Partitioner, int Attackers)
{
    /// <summary>Sites in all.</summary>
    public const int Sites = 20;

    /// <summary>The three of the table.</summary>
    public static IReadOnlyList<AttackScenario> All { get; } =
    [
        new("IID, 20 % attackers", new IidPartitioner(), 4),
        new("IID, 30 % attackers", new IidPartitioner(), 6),
        new("Dirichlet 0.5, 20 % attackers", new DirichletPartitioner(0.5), 4),
    ];

    /// <summary>The strategies compared, told how many attackers to expect; the mean alone is left as it is.</summary>
    /// <param name="settings">What of them may be chosen.</param>
    public IReadOnlyList<StrategyOptions> Strategies(AttackSettings settings) =>
    [
        new() { Name = "fedavg" },
        .. Robust(settings).Select(strategy => strategy with { PreAggregation = settings.PreAggregation, Malicious = Attackers }),
    ];

    private IEnumerable<StrategyOptions> Robust(AttackSettings settings) =>
    [
        new() { Name = "fedtrimmedavg", Trim = (double)Attackers / Sites },
        new() { Name = "fedmedian" },
        new() { Name = "multikrum", Malicious = Attackers, Keep = 0 },
        new() { Name = "rfa", Iterations = 16 },
        new() { Name = "centeredclipping", ClipNorm = settings.ClipNorm, Iterations = 5 },
    ];
}
