namespace FedActors.FL.Configuration;

/// <summary>How a round's updates become the next model. Each strategy reads what concerns it; names and defaults are the reference systems'.</summary>
public sealed record StrategyOptions
{
    /// <summary>The strategy's name, one of <see cref="Strategies.StrategyNames.All"/>.</summary>
    public string Name { get; init; } = "fedavg";

    /// <summary>What is done with updates before the rule, one of <see cref="Strategies.PreAggregations.All"/>.</summary>
    public string PreAggregation { get; init; } = Strategies.PreAggregations.None;

    /// <summary>η of a server optimizer; null for the strategy's own default.</summary>
    public double? ServerLearningRate { get; init; }

    /// <summary>β of fedavgm.</summary>
    public double ServerMomentum { get; init; }

    /// <summary>β₁ of fedadagrad, fedadam and fedyogi; null for the strategy's own default.</summary>
    public double? Beta1 { get; init; }

    /// <summary>β₂ of fedadam and fedyogi.</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>τ of fedadagrad, fedadam and fedyogi.</summary>
    public double Tau { get; init; } = 1e-3;

    /// <summary>β of fedtrimmedavg: the share of updates left out on each side.</summary>
    public double Trim { get; init; } = 0.2;

    /// <summary>f of krum, multikrum and bulyan, and of mixing before a rule: updates that may be anything.</summary>
    public int Malicious { get; init; }

    /// <summary>m of multikrum: updates averaged; 0 for all but the malicious.</summary>
    public int Keep { get; init; } = 1;

    /// <summary>C of normclipping and τ of centeredclipping: the longest difference that counts whole.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Steps of rfa and centeredclipping.</summary>
    public int Iterations { get; init; } = 3;

    /// <summary>ν of rfa: distances below it count as it.</summary>
    public double Smoothing { get; init; } = 1e-6;

    /// <summary>Share of the neighbours' average in gossipavg; the rest is what a peer had.</summary>
    public double Mixing { get; init; } = 0.5;

    /// <summary>γ of balance: how far from a peer's own model, in lengths of it, a neighbour's may be at first.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>κ of balance: how fast that shrinks.</summary>
    public double Kappa { get; init; } = 1;

    /// <summary>α of balance and ubar: what a peer's own model counts for, beside the neighbours' that it takes.</summary>
    public double OwnShare { get; init; } = 0.5;

    /// <summary>ρ of ubar: the share of neighbours, the nearest ones, whose models are tried.</summary>
    public double Nearest { get; init; } = 0.4;

    /// <summary>q of qfedavg.</summary>
    public double Q { get; init; } = 0.1;

    /// <summary>Updates that fedstride takes in at a time.</summary>
    public int Stride { get; init; } = 8;
}
