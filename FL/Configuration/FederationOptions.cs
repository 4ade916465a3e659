namespace FedActors.FL.Configuration;

/// <summary>The rules of a run that all its participants share.</summary>
public sealed record FederationOptions
{
    /// <summary>The run's one seed; every random stream is split from it by purpose, client and round.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>What every site does with its data.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>How their updates become the next model.</summary>
    public StrategyOptions Strategy { get; init; } = new();

    /// <summary>How sites write their updates, stage after stage; see <see cref="Compression.CompressionPipeline"/>. Empty for parameters as they are.</summary>
    public IReadOnlyList<string> Compression { get; init; } = [];

    /// <summary>Whom a round waits for.</summary>
    public ProtocolOptions Protocol { get; init; } = new();

    /// <summary>When the run ends before its last round.</summary>
    public TerminationOptions Termination { get; init; } = new();

    /// <summary>How many sites take part.</summary>
    public ParticipationOptions Participation { get; init; } = new();
}
