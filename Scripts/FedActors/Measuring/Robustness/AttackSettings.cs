using FedActors.FL.Strategies;

namespace FedActors.Scripts.Measuring.Robustness;

/// <summary>What of trials under attack may be chosen. Benchmarks/results says on which seeds the defaults were.</summary>
internal sealed record AttackSettings
{
    /// <summary>Step size of sites: large enough that thirty rounds come near the end of learning.</summary>
    public float LearningRate { get; init; } = 0.4f;

    /// <summary>Passes of a site in a round.</summary>
    public int LocalEpochs { get; init; } = 3;

    /// <summary>A site of the digits has 72 rows: one step is its whole gradient, which leaves honest sites least apart.</summary>
    public int BatchSize { get; init; } = 72;

    /// <summary>The radius of centeredclipping.</summary>
    public double ClipNorm { get; init; } = 0.3;

    /// <summary>What is done before each robust rule.</summary>
    public string PreAggregation { get; init; } = PreAggregations.NearestNeighbours;

    /// <summary>For instance <c>3 local epochs, batch 72, rate 0.4, radius 0.3, nnm</c>.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{LocalEpochs} local epochs, batch {BatchSize}, rate {LearningRate}, radius {ClipNorm}, before the rule {PreAggregation}");
}
