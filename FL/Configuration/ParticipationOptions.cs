namespace FedActors.FL.Configuration;

/// <summary>How many sites a run expects, and how long a round waits for them.</summary>
public sealed record ParticipationOptions
{
    /// <summary>Workers that a run waits for before its first round.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Fewest accepted updates with which a round may close: its quorum.</summary>
    public int MinWorkers { get; init; } = 3;

    /// <summary>Share of the registered workers asked in each round, over 0 and at most 1.</summary>
    public double Fraction { get; init; } = 1.0;

    /// <summary>Workers that rounds may ask, by name; empty for all.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [];

    /// <summary>How a round's cohort is drawn, one of <see cref="Rounds.Sampler.All"/>.</summary>
    public string Sampling { get; init; } = Rounds.Sampler.Uniform;

    /// <summary>What an update counts for, one of <see cref="Rounds.UpdateWeights.All"/>.</summary>
    public string Weights { get; init; } = Rounds.UpdateWeights.Auto;

    /// <summary>A round closes at this age with what it has, if that is a quorum.</summary>
    public TimeSpan RoundTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a round that misses its quorum is asked before the run ends as below policy; and how often one that loses its aggregator is asked before the run fails.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>A run that has waited this long for <see cref="Workers"/> starts with at least <see cref="MinWorkers"/>, or ends as below policy.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a round waits for an evaluator or an aggregator that is missing.</summary>
    public TimeSpan RoleTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
